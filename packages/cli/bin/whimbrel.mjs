#!/usr/bin/env node
import "../dist/whimbrel.mjs"
