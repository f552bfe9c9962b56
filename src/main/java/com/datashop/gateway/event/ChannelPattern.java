package com.datashop.gateway.event;

/// A channel that a subscriber asks for, or a pattern of channels.
///
/// Any segment after `logs` may be `*`. It matches exactly one segment.
public record ChannelPattern(String text) {
    /// Reads a channel or pattern.
    ///
    /// @throws InvalidChannelException when it is neither
    public static ChannelPattern parse(String text) throws InvalidChannelException {
        if (text.length() > Segments.MAX_CHANNEL)
            throw new InvalidChannelException("is longer than any channel can be");
        var segments = Segments.split(text);
        if (!text.startsWith(Segments.ROOT) || segments.length < 3 || segments.length > 4)
            throw new InvalidChannelException("'" + Segments.shown(text)
                    + "' is not logs:{service}:{workspace_id} or logs:{service}:{workspace_id}:{resource_id}");
        String[] names = {"", "service", "workspace_id", "resource_id"};
        for (int i = 1; i < segments.length; i++)
            if (!segments[i].equals(Segments.ANY)) Segments.check(names[i], segments[i]);
        return new ChannelPattern(text);
    }

    /// Whether it names one channel: no segment is `*`.
    public boolean isExact() {
        return text.indexOf('*') < 0;
    }

    /// The service that it names; `*` is any.
    public String service() {
        return Segments.service(text);
    }

    /// The workspace that it names; `*` is any.
    public String workspace() {
        return Segments.workspace(text);
    }

    /// Whether the channel is the one that this names, or matches this pattern.
    public boolean matches(Channel channel) {
        String name = channel.text();
        int i = 0;
        int j = 0;
        while (i < text.length() && j < name.length()) {
            if (text.charAt(i) == '*') {
                i++;
                while (j < name.length() && name.charAt(j) != ':') j++;
            } else if (text.charAt(i++) != name.charAt(j++)) {
                return false;
            }
        }
        return i == text.length() && j == name.length();
    }

    @Override
    public String toString() {
        return text;
    }
}
