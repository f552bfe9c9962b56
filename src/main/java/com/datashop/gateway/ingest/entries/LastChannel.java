package com.datashop.gateway.ingest.entries;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.InvalidChannelException;
import java.util.Objects;

/// Makes the channels of a batch. Entries that follow each other are mostly of one channel, which is made once.
final class LastChannel {
    private String service;
    private String workspace;
    private String resource;
    private Channel channel;

    /// The channel of these parts: the same object as before when the parts are the same.
    ///
    /// @param resource null for none
    /// @throws InvalidChannelException as [Channel#of] does
    Channel of(String service, String workspace, String resource) throws InvalidChannelException {
        if (channel != null && service.equals(this.service) && workspace.equals(this.workspace)
                && Objects.equals(resource, this.resource)) return channel;
        channel = Channel.of(service, workspace, resource);
        this.service = service;
        this.workspace = workspace;
        this.resource = resource;
        return channel;
    }
}
