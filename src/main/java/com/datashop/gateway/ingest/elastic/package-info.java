/// Elasticsearch's bulk requests: pairs of lines, an action and its document.
package com.datashop.gateway.ingest.elastic;
