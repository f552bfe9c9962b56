package com.datashop.gateway.log.shared.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.log.shared.kafka.KafkaSettings.Login;
import com.datashop.gateway.log.shared.kafka.KafkaSettings.Mechanism;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/// Proves to a broker who the gateway is: PLAIN (RFC 4616) or SCRAM (RFC 5802).
///
/// With SCRAM the broker must prove that it knows the password, too.
final class Sasl {
    /// The most rounds. Kafka itself allows 4,096 to 16,384. A broker that asks for more wants to keep this node busy.
    private static final int MAX_ITERATIONS = 1_000_000;
    private static final int NONCE_BYTES = 18;

    private final Connection connection;
    private final Login login;

    private Sasl(Connection connection, Login login) {
        this.connection = connection;
        this.login = login;
    }

    /// Logs in. Only the versions may have been asked on this connection before.
    ///
    /// @throws IOException when the broker does not take it; the message has no password
    static void login(Connection connection, Login login) throws IOException {
        String mechanism = login.mechanism().saslName();
        var answer = connection.ask(Api.SASL_HANDSHAKE, connection.version(Api.SASL_HANDSHAKE),
                new Out(32).string(mechanism));
        KafkaException.check(answer.int16(), mechanism);
        var sasl = new Sasl(connection, login);
        if (login.mechanism() == Mechanism.PLAIN) sasl.plain();
        else sasl.scram(login.mechanism() == Mechanism.SCRAM_SHA_256 ? "SHA-256" : "SHA-512");
    }

    private void plain() throws IOException {
        say("\0" + login.user() + "\0" + login.password());
    }

    private void scram(String hash) throws IOException {
        byte[] random = new byte[NONCE_BYTES];
        new SecureRandom().nextBytes(random);
        String nonce = Base64.getEncoder().encodeToString(random);
        String user = prepared(login.user()).replace("=", "=3D").replace(",", "=2C");
        String first = "n=" + user + ",r=" + nonce;
        String challenge = say("n,," + first);
        var asked = attributes(challenge);
        String both = asked.getOrDefault("r", "");
        if (!both.startsWith(nonce) || both.length() == nonce.length()) throw untrue();
        try {
            int iterations = Integer.parseInt(asked.getOrDefault("i", ""));
            if (iterations < 1 || iterations > MAX_ITERATIONS) throw untrue();
            byte[] salted = salted(hash, Base64.getDecoder().decode(asked.getOrDefault("s", "")), iterations);
            byte[] clientKey = mac(hash, salted, "Client Key");
            String last = "c=biws,r=" + both;
            String all = first + "," + challenge + "," + last;
            byte[] proof = mac(hash, MessageDigest.getInstance(hash).digest(clientKey), all);
            for (int i = 0; i < proof.length; i++) proof[i] ^= clientKey[i];
            var told = attributes(say(last + ",p=" + Base64.getEncoder().encodeToString(proof)));
            if (told.containsKey("e"))
                throw new IOException("wrong user or password: the broker says " + told.get("e"));
            byte[] signature = mac(hash, mac(hash, salted, "Server Key"), all);
            if (!MessageDigest.isEqual(signature, Base64.getDecoder().decode(told.getOrDefault("v", ""))))
                throw untrue();
        } catch (GeneralSecurityException missing) {
            throw new IOException("this JVM lacks what " + login.mechanism().saslName() + " needs", missing);
        } catch (IllegalArgumentException unreadable) {
            throw untrue();
        }
    }

    /// Sends a message, and returns the broker's reply.
    private String say(String text) throws IOException {
        var answer = connection.ask(Api.SASL_AUTHENTICATE, connection.version(Api.SASL_AUTHENTICATE),
                new Out(128).bytes(text.getBytes(UTF_8)));
        int error = answer.int16();
        answer.string(); // what it says may repeat the user's name, and no more
        KafkaException.check(error, "user " + login);
        return new String(answer.bytes(), UTF_8);
    }

    private byte[] salted(String hash, byte[] salt, int iterations) throws GeneralSecurityException {
        if (salt.length == 0) throw new IllegalArgumentException("no salt");
        int bits = MessageDigest.getInstance(hash).getDigestLength() * 8;
        var spec = new PBEKeySpec(prepared(login.password()).toCharArray(), salt, iterations, bits);
        return SecretKeyFactory.getInstance("PBKDF2WithHmac" + hash.replace("-", "")).generateSecret(spec).getEncoded();
    }

    private static byte[] mac(String hash, byte[] key, String text) throws GeneralSecurityException {
        return mac(hash, key, text.getBytes(UTF_8));
    }

    private static byte[] mac(String hash, byte[] key, byte[] text) throws GeneralSecurityException {
        String name = "Hmac" + hash.replace("-", "");
        var mac = Mac.getInstance(name);
        mac.init(new SecretKeySpec(key, name));
        return mac.doFinal(text);
    }

    /// As SASLprep (RFC 4013) does with what people have in passwords.
    private static String prepared(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFKC);
    }

    private static Map<String, String> attributes(String message) {
        var attributes = new HashMap<String, String>();
        for (var attribute : message.split(",")) {
            int equals = attribute.indexOf('=');
            if (equals > 0) attributes.put(attribute.substring(0, equals), attribute.substring(equals + 1));
        }
        return attributes;
    }

    private static IOException untrue() {
        return new IOException("the broker does not prove that it knows the password");
    }
}
