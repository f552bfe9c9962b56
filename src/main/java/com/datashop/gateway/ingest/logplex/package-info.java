/// The dialect of Heroku's log drains: syslog messages, each behind its length.
package com.datashop.gateway.ingest.logplex;
