package com.datashop.gateway.http.viewer;

import com.datashop.gateway.support.Gateway;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/// A gateway and its viewer in a browser, started once for the tests of a class.
///
/// Each test has a workspace of its own. After each, nothing may have been violated or have failed in the page.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ViewerSuite {
    Gateway gateway;
    ViewerPage page;
    String workspace;

    private final String[] settings;
    private int workspaces;

    /// @param settings of the gateway
    ViewerSuite(String... settings) {
        this.settings = settings;
    }

    @BeforeAll
    void startGatewayAndBrowser() {
        gateway = Gateway.start(settings);
        page = new ViewerPage();
    }

    @AfterAll
    void endBrowserAndGateway() {
        if (page != null) page.close();
        if (gateway != null) gateway.close();
    }

    @BeforeEach
    void takeAWorkspaceOfItsOwn() {
        workspace = "w" + ++workspaces;
    }

    /// Settings are kept for the next visit, but not for the next test. A page that is left follows nothing.
    @AfterEach
    void nothingWasViolatedNorFailed() {
        page.assertQuiet();
        page.browser().script("localStorage.clear()");
        page.browser().open("about:blank");
    }

    /// The channel of the resource `r` in this test's workspace.
    String channel() {
        return channel("r");
    }

    String channel(String resource) {
        return "logs:etl:" + workspace + ":" + resource;
    }

    /// Lines of the level info that say their number.
    static List<String> numbered(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "{\"level\":\"info\",\"message\":\"line " + i + "\"}").toList();
    }
}
