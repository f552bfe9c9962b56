package com.datashop.gateway.bench;

/// A server that is measured.
enum Contender {
    GATEWAY("gateway"),
    FLOOR("one write an event, in this process"),
    BARE("the JDK's server, bare"),
    NCHAN_1("nchan, 1 worker"),
    NCHAN_2("nchan, 2 workers"),
    PUSHPIN("Pushpin");

    private final String title;

    Contender(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    /// Why it can not be measured here; empty when it can.
    String missing() {
        return switch (this) {
            case GATEWAY, FLOOR, BARE -> "";
            case NCHAN_1, NCHAN_2 -> NchanTarget.missing();
            case PUSHPIN -> PushpinTarget.missing();
        };
    }

    Target start(Setup setup) {
        return switch (this) {
            case GATEWAY -> GatewayTarget.start(setup);
            case FLOOR -> new FloorTarget();
            case BARE -> BareTarget.start(setup);
            case NCHAN_1 -> NchanTarget.start(setup, 1);
            case NCHAN_2 -> NchanTarget.start(setup, 2);
            case PUSHPIN -> PushpinTarget.start(setup);
        };
    }
}
