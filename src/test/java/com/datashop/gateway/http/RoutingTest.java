package com.datashop.gateway.http;

import static com.datashop.gateway.http.Door.ask;
import static com.datashop.gateway.http.Door.assertProblem;
import static com.datashop.gateway.http.Door.request;
import static com.datashop.gateway.support.Gateway.string;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Wire;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The name of a shipper and the channels of its records: the same for every dialect.
class RoutingTest {
    private static final String ANY = "any";
    private static final String TWO = "two=equal";
    @RegisterExtension
    static final FollowedGateway GATEWAY = new FollowedGateway(
            "SERVICE_TOKENS=any=*,etl=etl,bound=etl/w1,two=equal=etl/w1,two=equal=faas/w1");

    @ParameterizedTest
    @ValueSource(strings = {"X-Service-Token: bound", "Authorization: Bearer bound", "authorization: bearer  bound",
        "Authorization: Splunk bound", "Authorization: splunk bound", "Authorization: Basic eDpib3VuZA==",
        "Authorization: basic OmJvdW5k", "X-Service-Token: bound¶Authorization: Bearer nobody",
        "X-Service-Token: bound¶Authorization: Basic !"})
    void theTokenComesInAnyOfThese(String headers) {
        assertEquals(200, post("", "{}", headers.split("¶")).status());
        assertEquals("logs:etl:w1", channel());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "X-Service-Token: nobody¶Authorization: Bearer bound", "Authorization: Splunk nobody",
        "Authorization: Basic Ym91bmQ6", "Authorization: Basic Ym91bmQ=", "Authorization: Basic %",
                "Authorization: Basic",
        "Authorization: Digest bound", "Authorization: bound", "Authorization: Bearer"})
    void anyOtherTokenIsRefusedBeforeTheRestOfTheRequestIsChecked(String headers) {
        var lines = headers.isEmpty() ? new String[0] : headers.split("¶");
        for (var path : List.of("/api/logs/ingest", "/v1/logs", "/services/collector")) {
            var all = new ArrayList<>(List.of(lines));
            all.add("Content-Type: text/nonsense");
            var answer = ask(GATEWAY.port(), request("POST", path + "?service=a&service=b", "{".getBytes(UTF_8),
                    all.toArray(String[]::new)));
            assertEquals(401, answer.status(), answer::toString);
            assertEquals("Bearer realm=\"publish\"", answer.header("WWW-Authenticate"));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        // the query wins over all
        "any   | ?service=q&workspace_id=v&resource_id=r | "
                + "{\"service\":\"a\",\"workspace\":\"b\",\"workflow_id\":\"c\"} | logs:q:v:r",
        "etl   | ?service=etl                            | {\"workspace\":\"b\"}                             | "
        + "logs:etl:b",
        // a token that is bound to one
        "bound |                                         | "
        + "{\"service\":\"a\",\"workspace\":\"b\",\"workflow_id\":\"c\"} | logs:etl:w1:c",
        "etl   |                                         | {\"service\":\"a\",\"workspace\":\"b\"}           | "
        + "logs:etl:b",
        "two=equal |                                     | {\"service\":\"faas\",\"workspace\":\"b\"}        | "
        + "logs:faas:w1",
        // the record
        "any   | | {\"service\":\"a\",\"workspace_id\":\"b\"}                                 | logs:a:b",
        "any   | | {\"service_name\":\"a\",\"workspace\":\"b\",\"workflow_id\":\"r\"}         | logs:a:b:r",
        "any   | | {\"service.name\":\"a\",\"tenant\":\"b\",\"function_id\":\"r\"}            | logs:a:b:r",
        "any   | | {\"service\":{\"name\":\"a\"},\"tenant\":\"b\",\"resource_id\":\"r\"}      | logs:a:b:r",
        "any   | | {\"tenant\":\"c\",\"workspace\":\"b\",\"service.name\":\"n\",\"service\":\"a\"} | logs:a:b",
        "any   | | {\"service\":\"\",\"service_name\":\"a\",\"workspace_id\":7}                | logs:a:7",
        "any   | | {\"service\":null,\"service_name\":\"a\",\"workspace_id\":[],\"tenant\":\"b\"} | logs:a:b",
        "any   | | {\"s\\u0065rvice\":\"a\",\"workspace\":\"\\u0062\"}                        | logs:a:b",
        // what a segment can not have
        "any   | | {\"service\":\"a b/c:d\",\"workspace\":\"ü😀*\",\"workflow_id\":\"A.z_~@-9\"} | "
        + "logs:a_b_c_d:___:A.z_~@-9",
        "any   | ?service=%C3%BC+x&workspace_id=w%0A     | {}                                                 | "
        + "logs:__x:w_",
        "bound | ?workspace_id=%20%20                    | {}                                                 | "
        + "logs:etl:w1"})
    void theFirstThatSaysItDecides(String token, String query, String record, String channel) {
        var answer = post(query == null ? "" : query, record, "X-Service-Token: " + token);
        assertEquals(200, answer.status(), answer::toString);
        assertEquals(channel, channel());
    }

    @Test
    void aLongSegmentKeepsItsFirst128Characters() {
        post("", "{\"service\":\"" + "s".repeat(10_000) + "\",\"workspace\":\"" + "😀".repeat(200) + "\"}",
                "X-Service-Token: any");
        assertEquals("logs:" + "s".repeat(128) + ":" + "_".repeat(128), channel());
    }

    @Test
    void theTenantOfAHeaderStandsInForTheWorkspaceOfARecord() {
        post("", "[{\"service\":\"a\"},{\"service\":\"a\",\"workspace\":\"b\"}]", "X-Service-Token: any",
                "X-Scope-OrgID: t/1");
        assertEquals("logs:a:t_1", channel());
        assertEquals("logs:a:b", channel());
        post("", "{}", "X-Service-Token: bound", "X-Scope-OrgID: t");
        assertEquals("logs:etl:w1", channel());
    }

    @Test
    void aRecordWithoutAServiceOrAWorkspaceIsRefusedAndTheMissingPartIsNamed() {
        assertProblem(400, "entry 0: service is missing", post("", "{\"workspace\":\"w\"}", "X-Service-Token: " + ANY));
        assertProblem(400, "entry 1: workspace_id is missing", post("", "[{\"tenant\":\"w\"},{\"workspace\":\" \"}]",
                "X-Service-Token: etl"));
        assertProblem(400, "service is given twice", post("?service=a&service=b", "{}", "X-Service-Token: " + ANY));
        assertProblem(400, "service is not UTF-8", post("?service=%FF", "{}", "X-Service-Token: " + ANY));
    }

    @Test
    void aRecordThatTheTokenMayNotPublishIsRefused() {
        assertProblem(403, "may not publish for service x",
                post("?service=x", "{\"workspace\":\"w\"}", "X-Service-Token: etl"));
        assertProblem(403, "may not publish for workspace_id x",
                post("?workspace_id=x", "{}", "X-Service-Token: bound"));
        var basic = "Authorization: Basic " + Base64.getEncoder().encodeToString(("x:" + TWO).getBytes(UTF_8));
        assertProblem(403, "entry 1: the service token may not publish for service x",
                post("", "[{\"service\":\"etl\"},{\"service\":\"x\"}]", basic));
    }

    private static Wire.Answer post(String query, String body, String... headers) {
        var all = new ArrayList<>(List.of(headers));
        all.add("Content-Type: application/json");
        return ask(GATEWAY.port(), request("POST", "/api/logs/ingest" + query, body.getBytes(UTF_8),
                all.toArray(String[]::new)));
    }

    private String channel() {
        return string(GATEWAY.event(), "channel");
    }
}
