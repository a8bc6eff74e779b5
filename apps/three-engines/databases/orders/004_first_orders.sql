-- Migration: 004_first_orders
-- Description: The orders of the opening day, which were written on paper

-- === UP MIGRATION ===
INSERT INTO orders (id, till, taken_at) VALUES
  (1, 'T1', '2026-03-01 10:02:00'),
  (2, 'T2', '2026-03-01 10:15:00');

INSERT INTO order_lines (order_id, product_code, amount, price) VALUES
  (1, 'MUG', 2, 9.50),
  (1, 'MAP', 1, 12.00),
  (2, 'MUG', 1, 9.50);

-- === DOWN MIGRATION ===
-- Named, because a cascade that takes rows of a table which nobody names is refused.
DELETE FROM order_lines WHERE order_id IN (1, 2);
DELETE FROM orders WHERE id IN (1, 2);
