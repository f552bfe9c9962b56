package com.datashop.gateway.ingest;

import com.datashop.gateway.auth.Grant;
import com.datashop.gateway.event.Channel;
import com.datashop.gateway.ingest.Declined.Reason;
import java.util.List;
import java.util.Objects;

/// Finds the channel of each record of a request.
///
/// The query wins. Then comes a token that is bound to one service or workspace, and then the record.
///
/// It remembers the last channel, because most records of a batch go to the same one. It belongs to one thread.
public final class Routing {
    /// The names by which a record gives its service. The first that it has counts.
    public static final List<String> SERVICE = List.of("service", "service_name", "service.name");
    /// The names by which a record gives its workspace.
    public static final List<String> WORKSPACE = List.of("workspace_id", "workspace", "tenant");
    /// The names by which a record gives its resource.
    public static final List<String> RESOURCE = List.of("workflow_id", "function_id", "resource_id");
    /// The header in which shippers of Loki send their tenant. It is the workspace of a record that names none.
    private static final String TENANT = "X-Scope-OrgID";

    private final Intake intake;
    private final Grant publisher;
    /// Null where each record names its own.
    private final String service;
    private final String workspace;
    private final String resource;
    private final String tenant;

    private String lastService;
    private String lastWorkspace;
    private String lastResource;
    private Channel last;

    /// @throws Declined when a parameter is given twice
    public Routing(Intake intake, Grant publisher, Shipment shipment) throws Declined {
        this.intake = intake;
        this.publisher = publisher;
        service = shipment.parameter("service").orElse(publisher.onlyService());
        workspace = shipment.parameter("workspace_id").orElse(publisher.onlyWorkspace());
        resource = shipment.parameter("resource_id").orElse(null);
        tenant = shipment.header(TENANT).orElse(null);
    }

    /// The channel of a record that names these parts. A part is null or blank where the record does not name it.
    ///
    /// @throws Declined when there is no service or no workspace, or the publisher may not publish to the channel
    public Channel channel(String ownService, String ownWorkspace, String ownResource) throws Declined {
        String toService = service != null ? service : ownService;
        String toWorkspace = workspace != null ? workspace : given(ownWorkspace) ? ownWorkspace : tenant;
        String toResource = resource != null ? resource : given(ownResource) ? ownResource : null;
        if (last != null && Objects.equals(toService, lastService) && Objects.equals(toWorkspace, lastWorkspace)
                && Objects.equals(toResource, lastResource)) return last;
        if (!given(toService)) throw missing("service", SERVICE);
        if (!given(toWorkspace)) throw missing("workspace_id", WORKSPACE);
        var channel = Channel.cleaned(toService, toWorkspace, toResource);
        intake.requireAllowed(publisher, channel);
        lastService = toService;
        lastWorkspace = toWorkspace;
        lastResource = toResource;
        last = channel;
        return channel;
    }

    private static boolean given(String part) {
        return part != null && !part.isBlank();
    }

    private static Declined missing(String parameter, List<String> names) {
        return new Declined(Reason.BAD_BODY, parameter + " is missing: give the parameter " + parameter
                + ", a token that is bound to one, or " + String.join(", ", names) + " in the record");
    }
}
