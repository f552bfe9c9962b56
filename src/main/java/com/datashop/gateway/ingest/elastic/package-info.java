/// Elasticsearch's bulk requests: lines in pairs, an action and its document.
package com.datashop.gateway.ingest.elastic;
