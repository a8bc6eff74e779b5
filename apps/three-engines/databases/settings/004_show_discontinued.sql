-- Migration: 004_show_discontinued
-- Description: Tills may go on selling what the catalog has taken out
-- Depends-On: catalog:003_discontinued_products

-- === UP MIGRATION ===
INSERT INTO settings (till, key, value) VALUES ('T2', 'show_discontinued', 'yes');

-- === DOWN MIGRATION ===
DELETE FROM settings WHERE key = 'show_discontinued';
