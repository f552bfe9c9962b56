package com.datashop.gateway.http.api;

import com.datashop.gateway.http.Refusals.Region;
import com.datashop.gateway.http.Reply;
import com.datashop.gateway.http.Router.Route;
import com.datashop.gateway.http.Stats;
import com.datashop.gateway.http.Status;
import com.datashop.gateway.http.access.Publishers;
import com.datashop.gateway.hub.Past;
import com.datashop.gateway.ingest.Dialect;
import com.datashop.gateway.ingest.Intake;
import com.datashop.gateway.ingest.Traffic;
import com.datashop.gateway.ingest.elastic.ElasticBulk;
import com.datashop.gateway.ingest.hec.Hec;
import com.datashop.gateway.ingest.logplex.LogplexDrain;
import com.datashop.gateway.ingest.loki.LokiPush;
import com.datashop.gateway.ingest.otlp.Otlp;
import com.datashop.gateway.ingest.records.JsonRecords;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The routes of the protocols that log shippers speak. To add a dialect, add it here.
public final class Dialects {
    private final Publishers publishers;
    private final Intake intake;
    private final Traffic traffic;
    private final Stats stats;
    private final int most;
    private final List<Region> regions = new ArrayList<>();
    private final List<Route> routes = new ArrayList<>();

    /// @param most how many bytes the data of all entries of a request may have together
    /// @param past where the journal's dialect finds the entries that this process did not store
    /// @param shared whether other nodes use the log too
    public Dialects(Publishers publishers, Intake intake, Traffic traffic, Stats stats, int most, Past past,
            boolean shared) {
        this.publishers = publishers;
        this.intake = intake;
        this.traffic = traffic;
        this.stats = stats;
        this.most = most;
        for (var dialect : List.of(new JsonRecords(), new Otlp(), new LokiPush(), new LogplexDrain(),
                new ElasticBulk()))
            add(dialect);
        addHec();
        routes.addAll(ElasticStart.routes(publishers));
        var journal = new JournalUpload(publishers, intake, traffic, new JournalPast(past, shared));
        routes.add(new Route("POST", "/journal/upload", journal));
        regions.add(new Region("/journal", journal));
    }

    /// All of the routes.
    public List<Route> routes() {
        return List.copyOf(routes);
    }

    /// The paths of the protocols that have a form of their own for refusals.
    public List<Region> regions() {
        return List.copyOf(regions);
    }

    private void add(Dialect dialect) {
        var handler = new Ingest(publishers, intake, traffic, most, dialect);
        for (var path : dialect.paths()) routes.add(new Route("POST", path, handler));
        for (var root : dialect.roots()) regions.add(new Region(root, handler));
    }

    private void addHec() {
        var hec = new Hec();
        add(hec);
        for (var path : hec.paths()) addProbe(path, "OPTIONS, POST");
        for (var path : Hec.HEALTH) {
            addProbe(path, "GET, HEAD, OPTIONS");
            routes.add(new Route("GET", path,
                    _ -> Ingest.reply(Hec.health(stats.status() == Status.HEALTHY), Map.of())));
        }
    }

    /// Docker's log driver asks `OPTIONS`, without a token, before it begins.
    private void addProbe(String path, String methods) {
        routes.add(new Route("OPTIONS", path,
                _ -> new Reply.Whole(200, null, new byte[0], Map.of("Allow", methods))));
    }
}
