package com.datashop.gateway.support;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// An authority for the time of a test, and the certificates that it has signed.
public final class Certificates {
    /// The certificate of a server at 127.0.0.1.
    public static final String SERVER = "server";
    private static final String PASSWORD = "changeit";

    private final Path directory;

    /// Makes the authority, and the certificate of the server.
    public Certificates(Path directory) {
        this.directory = directory;
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=authority", "-keyout",
                file("authority", "key"), "-out", file("authority", "crt"));
        sign(SERVER, "IP:127.0.0.1");
    }

    /// Signs a certificate of this common name.
    ///
    /// @param subject as `IP:127.0.0.1` or `DNS:localhost`
    public void sign(String name, String subject) {
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=" + name, "-addext",
                "subjectAltName=" + subject, "-addext", "basicConstraints=critical,CA:FALSE", "-CA",
                file("authority", "crt"), "-CAkey", file("authority", "key"), "-keyout", file(name, "key"), "-out",
                file(name, "crt"));
    }

    /// The certificate of the authority.
    public Path authority() {
        return certificate("authority");
    }

    public Path certificate(String name) {
        return Path.of(file(name, "crt"));
    }

    public Path key(String name) {
        return Path.of(file(name, "key"));
    }

    /// Options of a JVM that trusts the authority.
    public List<String> trusting() {
        var store = file("trust", "p12");
        if (!Files.exists(Path.of(store)))
            run(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-importcert", "-noprompt",
                    "-alias", "authority", "-file", authority().toString(), "-keystore", store, "-storetype", "PKCS12",
                    "-storepass", PASSWORD);
        return List.of("-Xmx512m", "-Djavax.net.ssl.trustStore=" + store,
                "-Djavax.net.ssl.trustStorePassword=" + PASSWORD);
    }

    /// Options of a JVM that shows this certificate to a server that asks for one.
    public List<String> showing(String name) {
        var store = file(name, "p12");
        openssl("pkcs12", "-export", "-in", file(name, "crt"), "-inkey", file(name, "key"), "-out", store, "-passout",
                "pass:" + PASSWORD);
        return List.of("-Djavax.net.ssl.keyStore=" + store, "-Djavax.net.ssl.keyStorePassword=" + PASSWORD,
                "-Djavax.net.ssl.keyStoreType=PKCS12");
    }

    private String file(String name, String extension) {
        return directory.resolve(name + "." + extension).toString();
    }

    private static void openssl(String... arguments) {
        var command = new String[arguments.length + 1];
        command[0] = Tool.path("openssl").toString();
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        run(command);
    }

    private static void run(String... command) {
        try (var child = Child.start(command)) {
            if (child.awaitExit() != 0) throw new AssertionError(child.toString());
        }
    }
}
