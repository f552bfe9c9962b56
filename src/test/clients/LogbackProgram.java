import ch.qos.logback.classic.LoggerContext;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/// Logs 1,000 lines through Logback, as its configuration says: half of them when a file has come.
void main(String[] arguments) throws Exception {
    var log = LoggerFactory.getLogger("etl.Loader");
    for (int i = 0; i < 1000; i++) {
        for (int tries = 0; i == 500 && tries < 1800 && !Files.exists(Path.of(arguments[0])); tries++) Thread.sleep(50);
        switch (i % 3) {
            case 0 -> log.info("line {} \"é\"\t\\", i);
            case 1 -> log.warn("line {} \"é\"\t\\", i);
            default -> log.error("line {} \"é\"\t\\", i);
        }
    }
    ((LoggerContext) LoggerFactory.getILoggerFactory()).stop();
}
