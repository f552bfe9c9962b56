package com.datashop.gateway.event;

/// Where an event belongs: `logs:{service}:{workspace_id}` or `logs:{service}:{workspace_id}:{resource_id}`.
public record Channel(String text) {
    /// A channel of these parts; `resource` is null for a channel of the workspace itself.
    ///
    /// @throws InvalidChannelException when a part is not 1-128 of `A-Z a-z 0-9 . _ ~ @ -`; its message begins with the part's name
    public static Channel of(String service, String workspace, String resource) throws InvalidChannelException {
        Segments.check("service", service);
        Segments.check("workspace_id", workspace);
        if (resource == null) return new Channel(Segments.ROOT + service + ":" + workspace);
        Segments.check("resource_id", resource);
        return new Channel(Segments.ROOT + service + ":" + workspace + ":" + resource);
    }

    /// The name of the service.
    public String service() {
        return Segments.of(text)[1];
    }

    /// The id of the workspace.
    public String workspace() {
        return Segments.of(text)[2];
    }

    /// The texts of all patterns that match this channel, itself first: each segment as it is, or `*`.
    public String[] keys() {
        var segments = Segments.of(text);
        int free = segments.length - 1;
        var keys = new String[1 << free];
        var key = new StringBuilder(text.length());
        for (int stars = 0; stars < keys.length; stars++) {
            key.setLength(0);
            key.append(segments[0]);
            for (int i = 0; i < free; i++) key.append(':').append((stars >> i & 1) == 1 ? Segments.ANY : segments[i + 1]);
            keys[stars] = key.toString();
        }
        return keys;
    }

    @Override
    public String toString() {
        return text;
    }
}
