package com.datashop.gateway.log.shared.kafka;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.Draft;
import com.datashop.gateway.log.shared.Entry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/// Record batches that are not what they say, as a broken or hostile producer may write them.
class HostileBatchesTest {
    private static final int CRC_AT = 17;
    private static final int CHECKED_FROM = 21;
    private static final int ROUNDS = 20_000;
    private static final long BIRTH = 1_000_000;

    /// Half of the batches have the right checksum, so that it hides nothing of what is behind it.
    @Test
    void whateverTheBytesOfABatchAreItsEntriesAreInOrderAndNothingElseIsThrown() throws Exception {
        long seed = System.nanoTime();
        var random = new Random(seed);
        var bounds = new ReadBounds(1 << 20);
        int read = 0;
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = broken(random);
            var fetched = new Fetched(0, 1000, List.of(new Fetched.Aborted(7, 0)), new In(bytes));
            try {
                var page = new RecordReader(bounds, null, BIRTH).read(fetched, 0, _ -> true);
                long before = -1;
                for (var entry : page.entries()) {
                    long offset = entry.id().minor();
                    assertTrue(offset > before && offset < page.next(), "seed " + seed + " round " + round + ": "
                            + page);
                    before = offset;
                    if (entry instanceof Entry.Stored) read++;
                }
            } catch (IOException malformed) {
                refused++;
            } catch (RuntimeException | StackOverflowError fault) {
                throw new AssertionError("seed " + seed + " round " + round, fault);
            }
        }
        assertTrue(read > ROUNDS / 10 && refused > 0, "some are still read: " + read + ", some are not: " + refused);
    }

    /// Two batches, of which some bytes are changed, or the end is missing.
    private static byte[] broken(Random random) {
        var out = new Out(512);
        long offset = 0;
        for (int i = 0; i < 2; i++) {
            int events = 1 + random.nextInt(4);
            var drafts = new ArrayList<Draft>();
            for (int n = 0; n < events; n++)
                drafts.add(new Draft(new Channel("logs:etl:w:r"), 1_700_000_000_000L + n, "{\"n\":1}".getBytes()));
            byte[] pieces = BatchEncoder.pieces(drafts, "node-1", 1_700_000_000_000L, false);
            byte[] batch = BatchEncoder.batch(List.of(pieces), BIRTH,
                    new Producer.Id(7, (short) 0), 0, random.nextInt(4) == 0);
            System.arraycopy(new Out(8).int64(offset).buffer(), 0, batch, 0, 8);
            if (random.nextInt(3) > 0) change(batch, random);
            out.raw(batch, 0, batch.length);
            offset += events;
        }
        int length = random.nextInt(4) == 0 ? random.nextInt(out.length() + 1) : out.length();
        return Arrays.copyOf(out.toBytes(), length);
    }

    private static void change(byte[] batch, Random random) {
        boolean checked = random.nextBoolean();
        int from = checked ? CHECKED_FROM : 0;
        for (int n = 1 + random.nextInt(3); n > 0; n--)
            batch[from + random.nextInt(batch.length - from)] = (byte) random.nextInt();
        if (!checked) return;
        var crc = new CRC32C();
        crc.update(batch, CHECKED_FROM, batch.length - CHECKED_FROM);
        for (int i = 0; i < 4; i++) batch[CRC_AT + i] = (byte) (crc.getValue() >> 24 - 8 * i);
    }
}
