-- Who may use or manage a warehouse besides the administrators. What there is already everybody may use: the
-- principal named here is the group that all belong to.
CREATE TABLE sql_warehouse_permission (
  warehouse_id text NOT NULL,
  principal_id uuid NOT NULL,
  level text NOT NULL,
  PRIMARY KEY (warehouse_id, principal_id)
);
INSERT INTO sql_warehouse_permission (warehouse_id, principal_id, level)
  SELECT id, uuid '00000000-0000-4000-8000-000000000002', 'CAN_USE' FROM sql_warehouse;
INSERT INTO sql_warehouse_permission (warehouse_id, principal_id, level)
  VALUES ('default', '00000000-0000-4000-8000-000000000002', 'CAN_USE');
