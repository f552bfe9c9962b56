package com.datashop.gateway.bench;

/// The numbers of one lane that one subscriber has had: the next one, and which of the last 64.
///
/// ```
///              window                  next
///   ... ─ had │ had  missing  had  had │ expected
/// ```
///
/// A number beyond the next leaves the ones between missing, which is loss until they come, late. One within the window
/// that was had is a double, and so is one before the window, for nobody remembers it: that it was missing has been
/// counted as loss.
final class Lane {
    private long next;
    /// Bit n: whether `next - 1 - n` was had.
    private long had = -1;

    /// Takes note of a number that has come.
    void receive(long number, Tally tally) {
        if (number == next) {
            next++;
            had = had << 1 | 1;
            return;
        }
        if (number > next) {
            long missing = number - next;
            tally.lost += missing;
            had = (missing < Long.SIZE ? had << missing : 0) << 1 | 1;
            next = number + 1;
            return;
        }
        long back = next - 1 - number;
        if (back < Long.SIZE && (had >>> back & 1) == 0) {
            had |= 1L << back;
            tally.lost--;
            tally.late++;
        } else {
            tally.doubled++;
        }
    }

    /// The number that is expected next; all before it have come or are counted as lost.
    long next() {
        return next;
    }

    /// Begins in the middle of the lane.
    void startAt(long number) {
        next = number;
    }
}
