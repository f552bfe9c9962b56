/// The gateway's own dialect: `{"service","workspace_id","logData"}`, one, an array of them, or one on each line.
package com.datashop.gateway.ingest.entries;
