package com.datashop.gateway.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.event.EventId;
import com.datashop.gateway.heap.HeapBudget;
import com.datashop.gateway.hub.rest.Turnstile;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The followers of a channel, while some come and go.
class FollowersTest {
    @Test
    void itHoldsWhoCameAndHasNotGone() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        try (var turnstile = new Turnstile()) {
            var followers = new Followers();
            var model = new ArrayList<Subscriber>();
            int most = 0;
            for (int step = 0; step < 4000; step++) {
                boolean growing = step / 500 % 2 == 0;
                if (model.isEmpty() || random.nextInt(10) < (growing ? 7 : 3)) {
                    model.add(subscriber(turnstile));
                    followers.add(model.getLast());
                } else {
                    assertTrue(followers.remove(model.remove(random.nextInt(model.size()))), "seed " + seed);
                }
                most = Math.max(most, model.size());
                assertEquals(model.size(), followers.size(), "seed " + seed);
                if (step % 50 == 0) assertEquals(identities(model), identities(List.copyOf(followers)), "seed " + seed);
            }
            assertTrue(most > 100, "the most at a time: " + most);
            assertFalse(followers.remove(subscriber(turnstile)));
        }
    }

    @Test
    void aWalkMeetsEveryoneWhoStaysWhoeverGoesMeanwhile() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        try (var turnstile = new Turnstile()) {
            for (int round = 0; round < 200; round++) {
                var followers = new Followers();
                var all = new ArrayList<Subscriber>();
                for (int i = random.nextInt(60); i >= 0; i--) {
                    all.add(subscriber(turnstile));
                    followers.add(all.getLast());
                }
                Collections.shuffle(all, random);
                var going = new ArrayList<>(all.subList(0, random.nextInt(all.size())));
                var staying = new HashSet<>(all.subList(going.size(), all.size()));
                var met = new HashSet<Subscriber>();
                for (var follower : followers) {
                    met.add(follower);
                    while (!going.isEmpty() && random.nextInt(2) == 0) followers.remove(going.removeLast());
                    if (random.nextInt(4) == 0) followers.add(subscriber(turnstile));
                }
                staying.removeAll(met);
                assertEquals(Set.of(), staying, "seed " + seed);
            }
        }
    }

    private static Set<Subscriber> identities(List<Subscriber> subscribers) {
        var identities = Collections.<Subscriber>newSetFromMap(new IdentityHashMap<>());
        identities.addAll(subscribers);
        return identities;
    }

    private static Subscriber subscriber(Turnstile turnstile) {
        return new Subscriber("", Thread.currentThread(), null, EventId.parse("1-0").orElseThrow(),
                new HeapBudget(1 << 20), turnstile);
    }
}
