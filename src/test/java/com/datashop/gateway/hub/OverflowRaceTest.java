package com.datashop.gateway.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.datashop.gateway.support.Client;
import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Message;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// A queue that overflows while its reader is taking from it.
class OverflowRaceTest {
    private static final int FOLLOWERS = 10;
    private static final int ROUNDS = 15;
    /// The events of a batch, of 4 KB each: several times the bytes that a queue takes.
    private static final int BATCH = 200;
    private static final String LARGE = "\"" + "x".repeat(4000) + "\"";

    @Test
    void aReaderThatIsDrainingItsQueueWhenItOverflowsLosesNothing() {
        try (var gateway = Gateway.start("HISTORY_EVENTS=10000", "HISTORY_BYTES=100MiB", "HEARTBEAT_SECONDS=60")) {
            var followers = new ArrayList<Follower>();
            try {
                for (int i = 0; i < FOLLOWERS; i++) followers.add(gateway.follow("logs:etl:w:r"));
                for (var follower : followers) follower.await(Message::isConnection);
                var batch = Collections.nCopies(BATCH, LARGE);
                for (int round = 0; round < ROUNDS; round++) {
                    String last = new Client(gateway.port()).publishAll("w/r", batch);
                    for (var follower : followers)
                        follower.await(message -> message.isLog() && message.id().equals(last));
                }
                for (var follower : followers) assertEquals(expected(follower), follower.ids());
            } finally {
                followers.forEach(Follower::close);
            }
        }
    }

    /// The ids of a memory log count up.
    private static List<String> expected(Follower follower) {
        String major = follower.ids().getFirst().split("-")[0];
        return LongStream.rangeClosed(1, (long) ROUNDS * BATCH).mapToObj(minor -> major + "-" + minor).toList();
    }
}
