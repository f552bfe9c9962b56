/// The systemd journal's export format, as `systemd-journal-upload` sends it.
package com.datashop.gateway.ingest.journal;
