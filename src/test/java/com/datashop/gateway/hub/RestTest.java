package com.datashop.gateway.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/// A subscriber that rests after a write, or waits for its first event, is woken for what has come, whatever the moment
/// it comes at.
class RestTest {
    private static final int FOLLOWERS = 21;
    /// The same events by one key, by another, and by both.
    private static final List<String> FOLLOWED = List.of("logs:etl:w:r", "logs:etl:w:*", "logs:etl:w:r,logs:etl:w:*");
    private static final int BURSTS = 60;
    /// Longer than this, and a rest is over before the next event.
    private static final int LONGEST_PAUSE_NANOS = 40_000_000;

    @Test
    void theLastEventOfABurstNeverWaitsForTheNextBurstOrTheHeartbeat() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        try (var gateway = Gateway.start("HEARTBEAT_SECONDS=600")) {
            var followers = new ArrayList<Follower>();
            try {
                for (int i = 0; i < FOLLOWERS; i++) followers.add(gateway.follow(FOLLOWED.get(i % FOLLOWED.size())));
                for (var follower : followers) follower.await(message -> message.event().equals("connection"));
                var ids = new ArrayList<String>();
                for (int burst = 0; burst < BURSTS; burst++) {
                    int pause = random.nextInt(LONGEST_PAUSE_NANOS);
                    for (int i = random.nextInt(8); i >= 0; i--) {
                        ids.add(gateway.publish("w/r", "\"seed " + seed + ", burst " + burst + "\""));
                        if (i > 0) LockSupport.parkNanos(pause); // the load, which is made of moments
                    }
                    for (var follower : followers) follower.logs(ids.size());
                }
                for (var follower : followers) assertEquals(ids, follower.ids());
            } finally {
                followers.forEach(Follower::close);
            }
        }
    }
}
