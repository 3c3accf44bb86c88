-- Every append moves the row of its stream on, so events.streams has few rows and a dead version of one for each append. PostgreSQL
-- waits for 50 and a fifth of the table by default: with many streams the dead ones would outnumber the living. Here a pass
-- begins with a thousand and a hundredth, and does not pause in between: the table is small. Updates stay within their page
-- (HOT: version and changed_at are in no index) while a page has room for them, which is what fillfactor leaves.
ALTER TABLE events.streams SET (
  fillfactor = 50,
  autovacuum_vacuum_threshold = 1000,
  autovacuum_vacuum_scale_factor = 0.01,
  autovacuum_analyze_threshold = 1000,
  autovacuum_analyze_scale_factor = 0.1,
  autovacuum_vacuum_cost_delay = 0
);
