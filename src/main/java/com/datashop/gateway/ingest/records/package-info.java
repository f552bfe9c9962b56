/// Records of any form: any JSON values, or lines of text.
package com.datashop.gateway.ingest.records;
