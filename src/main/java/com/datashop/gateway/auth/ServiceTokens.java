package com.datashop.gateway.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// The tokens that publishers prove themselves with, and what each may publish.
///
/// Only their SHA-256 hashes are kept, and a presented token is looked up by its hash: how long that takes says nothing of any token.
public final class ServiceTokens {
    /// What no token can have, for no header brings it: a blank, a line end, a control, a byte order mark.
    private static final Pattern WHITE_SPACE = Pattern.compile("[\\s\\p{Cc}\\uFEFF\\u2028\\u2029]");
    private static final Pattern SEGMENT = Pattern.compile("\\*|[A-Za-z0-9._~@-]{1,128}");

    private final Map<ByteBuffer, Grant> grants;

    private ServiceTokens(Map<ByteBuffer, Grant> grants) {
        this.grants = grants;
    }

    /// Reads `token=service` or `token=service/workspace`, divided by commas or line ends; a token may come several times. The last `=`
    /// divides, so a token may hold one. Service `*` is all.
    ///
    /// @throws IllegalArgumentException when an entry is not of that form; its message shows no token
    public static ServiceTokens parse(String list) {
        var scopes = new HashMap<ByteBuffer, List<Grant.Scope>>();
        int number = 0;
        for (var part : list.split("[,\\r\\n]")) {
            var entry = TextFile.stripped(part); // files that were put together have a byte order mark in the middle
            if (entry.isEmpty()) continue;
            number++;
            int equals = entry.lastIndexOf('=');
            if (equals < 0 || entry.substring(0, equals).isBlank()) throw new IllegalArgumentException("entry " + number + " is not token=service");
            if (WHITE_SPACE.matcher(entry.substring(0, equals).strip()).find()) throw new IllegalArgumentException("entry " + number + " has white space in its token");
            var target = entry.substring(equals + 1).strip().split("/", 2);
            String workspace = target.length == 2 ? target[1] : Grant.ANY;
            if (!SEGMENT.matcher(target[0]).matches() || !SEGMENT.matcher(workspace).matches())
                throw new IllegalArgumentException("entry " + number + " names no valid service, or service/workspace, after its last '='");
            scopes.computeIfAbsent(hash(entry.substring(0, equals).strip()), _ -> new ArrayList<>())
                    .add(new Grant.Scope(Set.of(target[0]), Set.of(workspace)));
        }
        if (number == 0) throw new IllegalArgumentException("has no entry of the form token=service");
        var grants = new HashMap<ByteBuffer, Grant>();
        scopes.forEach((hash, granted) -> grants.put(hash, new Grant("publisher-" + HexFormat.of().formatHex(hash.array()), granted)));
        return new ServiceTokens(Map.copyOf(grants));
    }

    /// What the bearer of this token may publish; empty when nobody has it.
    public Optional<Grant> grant(String token) {
        return Optional.ofNullable(grants.get(hash(token)));
    }

    private static ByteBuffer hash(String token) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
