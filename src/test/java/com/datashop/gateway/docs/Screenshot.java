package com.datashop.gateway.docs;

import com.datashop.gateway.json.JsonString;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Browser;
import com.datashop.gateway.support.Docs;
import com.datashop.gateway.support.Gateway;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// Takes the picture of the viewer that the documents show, from a running gateway in a real browser.
///
/// Run it after `mvn test-compile`: `java -cp target/test-classes:target/classes com.datashop.gateway.docs.Screenshot`
final class Screenshot {
    private static final String WIDE = "{\"width\":1200,\"height\":680,\"deviceScaleFactor\":1,\"mobile\":false}";
    private static final String LIGHT = "{\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\"light\"}]}";
    private static final String PNG = "{\"format\":\"png\"}";
    private static final String ENTER = "\uE007";
    /// The resource of the channel, and the data.
    private static final List<List<String>> LINES = List.of(
            List.of("nightly-import", "{\"level\":\"INFO\",\"message\":\"import started\",\"run\":4127}"),
            List.of("nightly-import", "{\"level\":\"DEBUG\",\"message\":\"connected to warehouse-2 in 41 ms\"}"),
            List.of("nightly-import", "{\"level\":\"INFO\",\"message\":\"orders.csv: 18,204 rows read\"}"),
            List.of("invoices", "{\"level\":\"INFO\",\"message\":\"batch of 250 invoices queued\"}"),
            List.of("nightly-import",
                    "{\"level\":\"WARN\",\"message\":\"3 rows skipped\",\"file\":\"orders.csv\","
                    + "\"rows\":[7,9,12],\"reason\":\"no customer id\"}"),
            List.of("invoices",
                    "{\"level\":\"DEBUG\",\"message\":\"\\u001b[32mGET\\u001b[0m"
                    + " /rates \\u001b[1m200\\u001b[0m 9 ms\"}"),
            List.of("nightly-import", "{\"level\":\"INFO\",\"message\":\"customers.csv: 2,311 rows read\"}"),
            List.of("invoices",
                    "{\"level\":\"ERROR\",\"message\":\"invoice 8812: the tax service did not answer\",\"attempt\":1}"),
            List.of("invoices",
                    "{\"level\":\"INFO\",\"message\":\"invoice 8812: sent at the second attempt\",\"attempt\":2}"),
            List.of("nightly-import",
                    "{\"level\":\"INFO\",\"message\":\"import done: 20,512 rows in 8.4 s\",\"run\":4127}"));

    private Screenshot() { }

    public static void main(String[] args) throws IOException {
        try (var gateway = Gateway.start(); var browser = new Browser()) {
            browser.devTools("Emulation.setDeviceMetricsOverride", WIDE);
            browser.devTools("Emulation.setEmulatedMedia", LIGHT);
            browser.open("http://127.0.0.1:" + gateway.port() + "/?channels=logs:etl:workspace123:*&time=utc");
            Await.until("the stream", () -> text(browser, "#state").startsWith("Live"));
            long now = System.currentTimeMillis();
            var entries = new ArrayList<String>();
            for (var line : LINES)
                entries.add("{\"service\":\"etl\",\"workspace_id\":\"workspace123\",\"workflow_id\":\"" + line.get(0)
                        + "\",\"timestamp\":" + (now - (LINES.size() - entries.size()) * 7_300L) + ",\"logData\":"
                        + line.get(1) + "}");
            gateway.publishEntries(entries);
            Await.until("all lines", () -> text(browser, "#count").equals(String.valueOf(LINES.size())));
            for (var key : List.of("g", "j", "j", "j", "j", "j", ENTER)) browser.press(key);
            Await.until("the unfolded line", () -> text(browser, ".detail").contains("no customer id"));
            Await.until("the counts of all lines",
                    () -> text(browser, "#counts-text").startsWith(LINES.size() + " lines"));
            browser.asyncScript("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))");
            var data = browser.devTools("Page.captureScreenshot", PNG).get("data");
            var file = Docs.FOLDER.resolve("images").resolve("viewer.png");
            Files.write(file, Base64.getDecoder().decode(((JsonString) data).value()));
            System.out.println(file);
        }
    }

    private static String text(Browser browser, String selector) {
        var script = "return document.querySelector(arguments[0])?.innerText ?? ''";
        return ((JsonString) browser.script(script, selector)).value();
    }
}
