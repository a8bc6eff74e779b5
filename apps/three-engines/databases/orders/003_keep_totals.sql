-- Migration: 003_keep_totals
-- Description: The total of an order follows its lines

-- === UP MIGRATION ===
DELIMITER //

CREATE TRIGGER add_line AFTER INSERT ON order_lines FOR EACH ROW
BEGIN
  UPDATE orders SET total = total + NEW.amount * NEW.price WHERE id = NEW.order_id;
END//

CREATE TRIGGER remove_line AFTER DELETE ON order_lines FOR EACH ROW
BEGIN
  UPDATE orders SET total = total - OLD.amount * OLD.price WHERE id = OLD.order_id;
END//

DELIMITER ;

-- === DOWN MIGRATION ===
DROP TRIGGER add_line;
DROP TRIGGER remove_line;
