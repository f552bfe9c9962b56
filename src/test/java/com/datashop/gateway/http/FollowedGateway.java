package com.datashop.gateway.http;

import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.json.JsonValue;
import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// One gateway for all tests of a class, and for each test a new follower of all its channels.
final class FollowedGateway implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
    private final String[] settings;
    private Gateway gateway;
    private Follower follower;

    /// @param settings environment variables, as `HISTORY_EVENTS=10`
    FollowedGateway(String... settings) {
        this.settings = settings;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        gateway = Gateway.start(settings);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        follower = gateway.follow("logs:*:*,logs:*:*:*");
        follower.next();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        follower.close();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        gateway.close();
    }

    int port() {
        return gateway.port();
    }

    /// The number of events that it has published so far.
    long published() {
        return Door.published(gateway);
    }

    Follower follower() {
        return follower;
    }

    /// The next event that the follower gets.
    JsonObject event() {
        return Gateway.object(follower.nextLog().data());
    }

    /// The data of the next event.
    JsonValue data() {
        return event().get("data");
    }
}
