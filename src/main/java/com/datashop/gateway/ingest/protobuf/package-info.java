/// The wire format of Protocol Buffers, read without generated code.
package com.datashop.gateway.ingest.protobuf;
