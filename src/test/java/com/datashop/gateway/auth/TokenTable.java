package com.datashop.gateway.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/// The rows of `accepted.txt` and `refused.txt`, whose format is described at their heads.
final class TokenTable {
    private static final Pattern REPEATED = Pattern.compile("%([0-9]+)(:(.)|\\[)%");

    private TokenTable() { }

    /// A token: how it is signed, what its header and claims are, and what happens to it afterwards.
    record Row(int line, String refusal, String signature, String header, String claims, String damage) {
        /// The token without the damage.
        String whole(Mint mint) {
            return mint.token(signature, bytes(header), bytes(claims));
        }

        @Override
        public String toString() {
            return "line " + line + ": " + String.join(" | ", refusal, signature, header, claims, damage);
        }
    }

    /// All rows of `file`, of which there must be at least `atLeast`.
    static List<Row> of(String file, boolean refused, int atLeast) throws IOException {
        try (var in = TokenTable.class.getResourceAsStream(file)) {
            var lines = new String(in.readAllBytes(), UTF_8).lines().toList();
            var rows = new ArrayList<Row>();
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).isEmpty() || lines.get(i).startsWith("#")) continue;
                var cells = new ArrayList<>(List.of(lines.get(i).split(" \\| ", -1)));
                if (!refused) cells.addFirst("");
                if (cells.size() == 4) cells.add("");
                if (cells.size() != 5) throw new IOException(file + ":" + (i + 1) + " has " + cells.size() + " cells");
                rows.add(new Row(i + 1, cells.get(0), cells.get(1), cells.get(2), cells.get(3), cells.get(4)));
            }
            if (rows.size() < atLeast) throw new IOException(file + " has only " + rows.size() + " rows");
            return rows;
        }
    }

    private static byte[] bytes(String cell) {
        var text = REPEATED.matcher(cell
                .replace("%who%", "\"iss\":\"https://issuer.example\",\"aud\":\"logs\",\"sub\":\"ann\"")
                .replace("%exp%", "\"exp\":1800003600")
                .replace("%stranger%", Mint.STRANGER_JWK))
                .replaceAll(found -> {
                    int times = Integer.parseInt(found.group(1));
                    return found.group(3) == null ? "[".repeat(times) + "]".repeat(times) : found.group(3)
                            .repeat(times);
                });
        var out = new ByteArrayOutputStream();
        for (int i = 0; i < text.length(); ) {
            if (text.startsWith("\\x", i)) {
                out.write(HexFormat.fromHexDigits(text, i + 2, i + 4));
                i += 4;
            } else {
                out.writeBytes(text.substring(i, i + 1).getBytes(UTF_8));
                i++;
            }
        }
        return out.toByteArray();
    }
}
