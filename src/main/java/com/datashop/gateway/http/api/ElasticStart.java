package com.datashop.gateway.http.api;

import com.datashop.gateway.http.Handler;
import com.datashop.gateway.http.Problem;
import com.datashop.gateway.http.Refusal;
import com.datashop.gateway.http.Reply;
import com.datashop.gateway.http.Request;
import com.datashop.gateway.http.Router.Route;
import com.datashop.gateway.http.access.Publishers;
import com.datashop.gateway.ingest.Answer;
import com.datashop.gateway.ingest.elastic.ElasticAnswers;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/// Answers the requests that clients of Elasticsearch make before and after they send documents.
///
/// They ask which server this is, which license it has, whether it is healthy, and for a refresh.
///
/// A client without a token gets an answer too, because some clients ask before they log in. A wrong token is refused,
/// so that its client fails at its start.
final class ElasticStart implements Handler {
    private static final String REFRESH = "/elastic/{index}/_refresh";

    private final Publishers publishers;
    private final Answer answer;

    private ElasticStart(Publishers publishers, Answer answer) {
        this.publishers = publishers;
        this.answer = answer;
    }

    static List<Route> routes(Publishers publishers) {
        return List.of(
                new Route("GET", "/elastic", new ElasticStart(publishers, ElasticAnswers.info())),
                new Route("GET", "/elastic/", new ElasticStart(publishers, ElasticAnswers.info())),
                new Route("GET", "/elastic/_license", new ElasticStart(publishers, ElasticAnswers.license())),
                new Route("GET", "/elastic/_cluster/health", new ElasticStart(publishers, ElasticAnswers.health())),
                new Route("GET", REFRESH, new ElasticStart(publishers, ElasticAnswers.refreshed())),
                new Route("POST", REFRESH, new ElasticStart(publishers, ElasticAnswers.refreshed())));
    }

    @Override
    public Reply handle(Request request) throws Problem, IOException, InterruptedException {
        try {
            publishers.admitShipper(request);
        } catch (Problem refused) {
            if (refused.refusal() != Refusal.NO_CREDENTIAL) throw refused;
        }
        return Ingest.reply(answer, Map.of());
    }
}
