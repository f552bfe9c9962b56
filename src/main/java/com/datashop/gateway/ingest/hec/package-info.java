/// Splunk's HTTP Event Collector.
///
/// See https://docs.splunk.com/Documentation/Splunk/latest/Data/FormateventsforHTTPEventCollector and
/// https://docs.splunk.com/Documentation/Splunk/latest/RESTREF/RESTinput.
package com.datashop.gateway.ingest.hec;
