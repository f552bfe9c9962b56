import org.apache.logging.log4j.LogManager;

/// A program that logs through Log4j, as its configuration says, and ends.
void main() {
    var log = LogManager.getLogger("etl.Loader");
    log.info("{} rows loaded", 42);
    log.error("no \"rows\"", new IllegalStateException("the table is gone"));
    LogManager.shutdown();
}
