-- What app-api's queues in a Redis begin their names with: installations may share one.
CREATE VIEW "catalog"."installation" AS SELECT "key" FROM "Installation";
