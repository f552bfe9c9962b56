package com.datashop.gateway.http.api;

import com.datashop.gateway.event.Level;
import com.datashop.gateway.http.Problem;
import com.datashop.gateway.http.Query;
import com.datashop.gateway.http.Refusal;
import com.datashop.gateway.hub.Filter;
import com.datashop.gateway.hub.Needle;
import com.datashop.gateway.hub.Where;
import java.util.ArrayList;
import java.util.List;

/// Reads the parameters of a filter: `level`, `q`, `not` and `where`.
final class Filters {
    /// The most characters of a text. Nobody types more.
    private static final int MAX_TEXT = 256;
    /// The most texts of each kind. Each one takes a pass over the data.
    private static final int MAX_EACH = 8;

    private Filters() { }

    /// The filter that the parameters describe.
    ///
    /// @throws Problem when a parameter is malformed; the detail names it
    static Filter of(Query query) throws Problem {
        var level = level(query.one("level"));
        var wanted = needles(texts(query, "q"));
        var unwanted = needles(texts(query, "not"));
        var members = new ArrayList<Where>();
        for (var text : texts(query, "where")) members.add(where(text));
        boolean open = level == Level.TRACE && wanted.isEmpty() && unwanted.isEmpty() && members.isEmpty();
        return open ? Filter.NONE : new Filter(level, wanted, unwanted, members);
    }

    private static List<Needle> needles(List<String> texts) {
        return texts.isEmpty() ? List.of() : texts.stream().map(Needle::new).toList();
    }

    private static Level level(String name) throws Problem {
        if (name == null) return Level.TRACE;
        return Level.named(name).orElseThrow(() -> bad("level must be one of trace, debug, info, warn, error, fatal"));
    }

    private static List<String> texts(Query query, String name) throws Problem {
        var given = query.all(name);
        if (given.isEmpty()) return given; // Most streams have none, and the pipeline below would cost them time.
        var texts = given.stream().filter(text -> !text.isBlank()).toList();
        if (texts.size() > MAX_EACH) throw bad(name + " is given more than " + MAX_EACH + " times");
        boolean tooLong = texts.stream().anyMatch(text -> text.length() > MAX_TEXT);
        if (tooLong) throw bad(name + " is longer than " + MAX_TEXT + " characters");
        return texts;
    }

    private static Where where(String text) throws Problem {
        int equals = text.indexOf('=');
        if (equals < 1) throw bad("where must be PATH=VALUE, as in where=user.id=42");
        try {
            return new Where(text.substring(0, equals), text.substring(equals + 1));
        } catch (IllegalArgumentException tooLong) {
            throw bad("where has a path of more than " + Where.MAX_NAMES + " names");
        }
    }

    private static Problem bad(String detail) {
        return new Problem(Refusal.BAD_PARAMETER, detail);
    }
}
