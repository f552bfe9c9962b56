package com.datashop.gateway.event;

/// Says where an event belongs.
///
/// It is `logs:{service}:{workspace_id}` or `logs:{service}:{workspace_id}:{resource_id}`.
///
/// It is not a record, for one reason: it remembers its [#keys], which every event of a followed pattern asks for.
public final class Channel {
    private final String text;
    private volatile String[] keys;

    /// @param text the name of a channel; it is not checked
    public Channel(String text) {
        this.text = text;
    }

    /// A channel of these parts. A null `resource` makes a channel of the workspace itself.
    ///
    /// @throws InvalidChannelException when a part is not 1-128 of `A-Z a-z 0-9 . _ ~ @ -`; its message begins with the
    ///     name of the part
    public static Channel of(String service, String workspace, String resource) throws InvalidChannelException {
        Segments.check("service", service);
        Segments.check("workspace_id", workspace);
        if (resource == null) return new Channel(Segments.ROOT + service + ":" + workspace);
        Segments.check("resource_id", resource);
        return new Channel(Segments.ROOT + service + ":" + workspace + ":" + resource);
    }

    /// A channel of parts as shippers name them. None of them is empty.
    ///
    /// A character that a segment can not have becomes `_`, and 128 characters of each part are kept.
    /// `resource` is null for a channel of the workspace itself.
    public static Channel cleaned(String service, String workspace, String resource) {
        String of = Segments.ROOT + Segments.cleaned(service) + ":" + Segments.cleaned(workspace);
        return new Channel(resource == null ? of : of + ":" + Segments.cleaned(resource));
    }

    public String text() {
        return text;
    }

    /// The name of the service.
    public String service() {
        return Segments.service(text);
    }

    /// The id of the workspace.
    public String workspace() {
        return Segments.workspace(text);
    }

    /// The texts of all patterns that match this channel, itself first. Each segment is its own or `*`. Not a copy.
    public String[] keys() {
        var known = keys;
        if (known == null) keys = known = patterns();
        return known;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Channel channel && text.equals(channel.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }

    private String[] patterns() {
        var segments = Segments.split(text);
        int free = segments.length - 1;
        var patterns = new String[1 << free];
        var pattern = new StringBuilder(text.length());
        patterns[0] = text;
        for (int stars = 1; stars < patterns.length; stars++) {
            pattern.setLength(0);
            pattern.append(segments[0]);
            for (int i = 0; i < free; i++) {
                boolean isStar = (stars >> i & 1) == 1;
                pattern.append(':').append(isStar ? Segments.ANY : segments[i + 1]);
            }
            patterns[stars] = pattern.toString();
        }
        return patterns;
    }
}
