package com.datashop.gateway.clients;

import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// For each test a gateway of its own, and a follower of the workspace that the documents' examples publish to.
abstract class FollowedSuite {
    Gateway gateway;
    Follower follower;

    private final String channels;

    /// @param channels what is followed, and the parameters of the stream
    FollowedSuite(String channels) {
        this.channels = channels;
    }

    @BeforeEach
    void startAndFollow() {
        gateway = Gateway.start();
        follower = gateway.follow(channels);
        follower.next();
    }

    @AfterEach
    void leaveAndEnd() {
        if (follower != null) follower.close();
        if (gateway != null) gateway.close();
    }
}
