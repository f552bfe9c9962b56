package com.datashop.gateway.http.api;

import com.datashop.gateway.http.Problem;
import com.datashop.gateway.http.Query;
import com.datashop.gateway.http.Request;
import com.datashop.gateway.ingest.Declined;
import com.datashop.gateway.ingest.Declined.Reason;
import com.datashop.gateway.ingest.Shipment;
import java.util.Optional;

/// The head of a shipper's request.
final class ShipmentHead implements Shipment {
    private final Request request;
    private Query query;

    ShipmentHead(Request request) {
        this.request = request;
    }

    @Override
    public String path() {
        return request.path();
    }

    @Override
    public Optional<String> mediaType() {
        return request.mediaTypeOfAnyCharset();
    }

    @Override
    public void requireUtf8() throws Declined {
        try {
            request.mediaType();
        } catch (Problem other) {
            throw new Declined(Reason.UNSUPPORTED_TYPE, other.getMessage());
        }
    }

    @Override
    public Optional<String> header(String name) {
        return request.header(name);
    }

    @Override
    public Optional<String> parameter(String name) throws Declined {
        try {
            if (query == null) query = request.query();
            return Optional.ofNullable(query.one(name));
        } catch (Problem bad) {
            throw new Declined(Reason.BAD_PARAMETER, bad.getMessage());
        }
    }
}
