package com.datashop.gateway.event;

/// Says which number means which level. Loggers do not agree, so the name of the member decides.
enum LevelScale {
    /// Syslog's 0-7 (RFC 5424, 6.2.1), and the tens of pino and bunyan.
    COMMON {
        @Override
        Level level(double number) {
            if (number < 0 || number >= 70 || number > 7 && number < 10) return null;
            return number <= 7 ? SYSLOG[(int) number] : BY_TENS[(int) number / 10];
        }
    },

    /// The common numbers, and those of Google's LogSeverity.
    GOOGLE {
        @Override
        Level level(double number) {
            if (number < 100) return COMMON.level(number);
            if (number >= 600) return number <= 800 ? Level.FATAL : null;
            return number % 100 == 0 ? BY_HUNDREDS[(int) number / 100] : null;
        }
    },

    /// Python's logging: its 10 is DEBUG, where pino's is trace.
    PYTHON {
        @Override
        Level level(double number) {
            if (number < 10) return null;
            return number >= 50 ? Level.FATAL : PYTHONS[(int) number / 10];
        }
    },

    /// Logback's Level.toInt().
    LOGBACK {
        @Override
        Level level(double number) {
            return number == 5000 ? Level.TRACE : number == 10_000 ? Level.DEBUG : number == 20_000 ? Level.INFO
                    : number == 30_000 ? Level.WARN : number == 40_000 ? Level.ERROR : null;
        }
    },

    /// OpenTelemetry's SeverityNumber: four for each level.
    OPENTELEMETRY {
        @Override
        Level level(double number) {
            return number < 1 || number > 24 ? null : LEVELS[((int) number - 1) / 4];
        }
    };

    private static final Level[] LEVELS = Level.values();
    private static final Level[] SYSLOG =
            {Level.FATAL, Level.FATAL, Level.FATAL, Level.ERROR, Level.WARN, Level.INFO, Level.INFO, Level.DEBUG};
    private static final Level[] BY_TENS =
            {null, Level.TRACE, Level.DEBUG, Level.INFO, Level.WARN, Level.ERROR, Level.FATAL};
    private static final Level[] PYTHONS = {null, Level.DEBUG, Level.INFO, Level.WARN, Level.ERROR};

    private static final Level[] BY_HUNDREDS = {null, Level.DEBUG, Level.INFO, Level.INFO, Level.WARN, Level.ERROR};

    /// The level of this whole number. Null when there is none.
    abstract Level level(double number);
}
