/// What Heroku's log drains send: syslog messages, each behind its length.
package com.datashop.gateway.ingest.logplex;
