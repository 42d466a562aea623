-- A neutralised copy must be harmless: it sends nothing, accepts nothing, and holds
-- no secret that works anywhere.
UPDATE integration_connector
   SET state = 'retired',
       state_reason = 'Neutralised copy',
       webhook_token = md5(random()::text || id::text) || md5(random()::text),
       webhook_remote_id = NULL
 WHERE state <> 'retired';
UPDATE integration_approval SET state = 'withdrawn' WHERE state = 'requested';
DELETE FROM integration_reveal;
DELETE FROM integration_edit;
UPDATE integration_credential SET sealed = NULL, stored_at = NULL;
UPDATE integration_flow SET mode = 'paused';
UPDATE integration_catch_up SET state = 'stopped' WHERE state = 'running';
UPDATE queue_job
   SET state = 'cancelled'
 WHERE model_name LIKE 'integration.%'
   AND state IN ('wait_dependencies', 'pending', 'enqueued', 'started', 'failed');
UPDATE ir_cron
   SET active = false
 WHERE id IN (
       SELECT res_id FROM ir_model_data
        WHERE module = 'integration_core' AND model = 'ir.cron');
