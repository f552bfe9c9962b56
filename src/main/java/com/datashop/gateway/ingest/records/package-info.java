/// Records as they are: any JSON values, or lines of text.
package com.datashop.gateway.ingest.records;
