package com.datashop.gateway.http.api;

import com.datashop.gateway.event.InvalidTimeException;
import com.datashop.gateway.event.Timestamps;
import com.datashop.gateway.http.Problem;
import com.datashop.gateway.http.Refusal;

/// Reads the parameters that are times, in milliseconds since 1970.
final class Times {
    private Times() { }

    /// The time to begin at. 0 is the beginning of everything.
    ///
    /// @throws Problem when it is not a time
    static long since(String text) throws Problem {
        try {
            return Timestamps.ofBeginning(text.strip(), System.currentTimeMillis());
        } catch (InvalidTimeException invalid) {
            throw bad("since", invalid);
        }
    }

    /// The time to end before.
    ///
    /// @throws Problem when it is not a time
    static long until(String text) throws Problem {
        try {
            return Timestamps.ofParameter(text.strip(), System.currentTimeMillis());
        } catch (InvalidTimeException invalid) {
            throw bad("until", invalid);
        }
    }

    private static Problem bad(String name, InvalidTimeException invalid) {
        return new Problem(Refusal.BAD_PARAMETER, name + " " + invalid.getMessage() + "; or a duration like 10m or 2h");
    }
}
