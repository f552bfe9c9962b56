package com.datashop.gateway.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Events that come together share a walk over the subscribers. Each one gets its own events, once and in order.
class SharedWalkTest {
    private static final List<String> CHANNELS = List.of("w", "w/a", "w/b", "v/a");
    private static final List<String> FOLLOWED = List.of("logs:etl:w", "logs:etl:w:a", "logs:etl:w:*",
            "logs:etl:*:a,logs:etl:w:a", "logs:etl:w,logs:etl:w:*,logs:*:w:b,logs:etl:v:a", "logs:etl:v:*");

    @Test
    void aBatchReachesEveryoneOnceWhateverItsChannelsAre() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        try (var gateway = Gateway.start("HEARTBEAT_SECONDS=600")) {
            var followers = new ArrayList<Follower>();
            try {
                for (var followed : FOLLOWED) followers.add(gateway.follow(followed));
                for (var follower : followers) follower.await(message -> message.event().equals("connection"));
                var expected = new ArrayList<List<String>>();
                for (int i = 0; i < FOLLOWED.size(); i++) expected.add(new ArrayList<>());
                int number = 0;
                for (int batch = 0; batch < 40; batch++) {
                    var entries = new ArrayList<String>();
                    long delivered = 0;
                    int channel = random.nextInt(CHANNELS.size());
                    for (int i = random.nextInt(150); i >= 0; i--) {
                        if (random.nextInt(3) == 0) channel = random.nextInt(CHANNELS.size());
                        String data = String.valueOf(number++);
                        entries.add(Gateway.entry(CHANNELS.get(channel), data));
                        for (int each = 0; each < FOLLOWED.size(); each++) {
                            if (!follows(each, channel)) continue;
                            delivered++;
                            expected.get(each).add(data);
                        }
                    }
                    var reply = gateway.publishEntries(entries);
                    assertEquals(delivered, Gateway.number(reply, "delivered"), "seed " + seed + ", batch " + batch);
                }
                for (int each = 0; each < FOLLOWED.size(); each++) {
                    var data = followers.get(each).logs(expected.get(each).size()).stream()
                            .map(message -> message.data().replaceAll("^.*\"data\":(\\d+)}$", "$1")).toList();
                    assertEquals(expected.get(each), data, "seed " + seed + ", " + FOLLOWED.get(each));
                }
            } finally {
                followers.forEach(Follower::close);
            }
        }
    }

    private static boolean follows(int follower, int channel) {
        var name = ("logs:etl:" + CHANNELS.get(channel).replace('/', ':')).split(":");
        for (var pattern : FOLLOWED.get(follower).split(",")) {
            var parts = pattern.split(":");
            boolean matches = parts.length == name.length;
            for (int i = 0; matches && i < parts.length; i++)
                matches = parts[i].equals("*") || parts[i].equals(name[i]);
            if (matches) return true;
        }
        return false;
    }
}
