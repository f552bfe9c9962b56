package com.datashop.gateway.http;

import com.datashop.gateway.http.Router.Route;
import com.datashop.gateway.ingest.Dialect;
import com.datashop.gateway.ingest.Intake;
import com.datashop.gateway.ingest.Traffic;
import com.datashop.gateway.ingest.elastic.ElasticBulk;
import com.datashop.gateway.ingest.logplex.LogplexDrain;
import com.datashop.gateway.ingest.loki.LokiPush;
import com.datashop.gateway.ingest.records.JsonRecords;
import java.util.ArrayList;
import java.util.List;

/// The protocols of log shippers that the gateway speaks, each on its own paths.
public final class Dialects {
    private Dialects() { }

    private static List<Dialect> all() {
        return List.of(new JsonRecords(), new LokiPush(), new LogplexDrain(), new ElasticBulk());
    }

    /// The routes of all of them.
    ///
    /// @param most how many bytes the data of the entries of a request may have together
    public static List<Route> routes(Publishers publishers, Intake intake, Traffic traffic, int most) {
        var routes = new ArrayList<Route>();
        for (var dialect : all()) {
            var handler = new Ingest(publishers, intake, traffic, most, dialect);
            for (var path : dialect.paths()) routes.add(new Route("POST", path, handler));
        }
        routes.add(new Route("POST", "/journal/upload", new JournalUpload(publishers, intake, traffic)));
        routes.addAll(ElasticStart.routes(publishers));
        return routes;
    }
}
