// Generated from manifest-schema.ts; "pnpm generate" writes it anew.
"use strict";
export const validate = validate21;
export default validate21;
const schema6 = {"$schema":"http://json-schema.org/draft-07/schema#","type":"object","properties":{"$schema":{"type":"string"},"databases":{"type":"object","propertyNames":{"type":"string","pattern":"^[A-Za-z][A-Za-z0-9_-]*$"},"additionalProperties":{"$ref":"#/definitions/Database"},"minProperties":1},"environments":{"type":"object","propertyNames":{"type":"string","pattern":"^[A-Za-z][A-Za-z0-9_-]*$"},"additionalProperties":{"$ref":"#/definitions/Environment"}},"release":{"anyOf":[{"type":"string","enum":["atomic","independent"]},{"type":"string","pattern":"\\$\\{"}]}},"required":["databases"],"additionalProperties":false,"definitions":{"Database":{"type":"object","properties":{"url":{"type":"string","pattern":"^[^\\u0000]+$"},"migrations":{"anyOf":[{"type":"string","pattern":"^[^\\u0000]+$"},{"minItems":1,"type":"array","items":{"type":"string","pattern":"^[^\\u0000]+$"}}]},"layout":{"anyOf":[{"type":"string","enum":["single-file","directory","paired"]},{"type":"string","pattern":"\\$\\{"}]},"table":{"type":"string","pattern":"^[^\\u0000]+$"},"pragmas":{"allOf":[{"$ref":"#/definitions/Pragmas"}]},"transaction":{"anyOf":[{"type":"string","enum":["batch","each","all"]},{"type":"string","pattern":"\\$\\{"}]},"backup":{"allOf":[{"$ref":"#/definitions/Backup"}]},"drift":{"allOf":[{"$ref":"#/definitions/Drift"}]},"lockTimeout":{"type":"string","pattern":"^\\d+(ms|s|m)$|\\$\\{"},"busyTimeout":{"type":"string","pattern":"^\\d+(ms|s|m)$|\\$\\{"},"statementTimeout":{"type":"string","pattern":"^\\d+(ms|s|m)$|\\$\\{"},"trackingSchema":{"type":"string","pattern":"^[^\\u0000]+$"},"searchPath":{"anyOf":[{"type":"string","pattern":"^[^\\u0000]+$"},{"minItems":1,"type":"array","items":{"type":"string","pattern":"^[^\\u0000]+$"}}]},"schema":{"type":"string","pattern":"^[^\\u0000]+$"}},"required":["url","migrations"],"additionalProperties":false},"Pragmas":{"type":"object","properties":{"analysis_limit":{"allOf":[{"$ref":"#/definitions/PragmaValue"}]},"auto_vacuum":{"allOf":[{"$ref":"#/definitions/PragmaValue"}]},"automatic_index":{"allOf":[{"$ref":"#/definitions/PragmaValue"}]},"busy_timeout":{"allOf":[{"$ref":"#/definitions/PragmaValue"}]},"cache_size":{"allOf":[{"$ref":"#/definitions/PragmaValue"}]},"cache_spill":{"allOf":[{"$ref":"#/definitions/PragmaValue"}]},"cell_size_check":{"allOf":[{"$ref":"#/definitions/PragmaValue"}]},"checkpoint_fullfsync":{"allOf":[{"$ref":"#/definitions/PragmaValue"}]},"encoding":{"allOf":[{"$ref":"#/definitions/PragmaValue"}]},"foreign_keys":{"allOf":[{"$ref":"#/definitions/PragmaValue"}]},"fullfsync":{"allOf":[{"$ref":"#/definitions/PragmaValue"}]},"journal_mode":{"allOf":[{"$ref":"#/definitions/PragmaValue"}]},"journal_size_limit":{"allOf":[{"$ref":"#/definitions/PragmaValue"}]},"max_page_count":{"allOf":[{"$ref":"#/definitions/PragmaValue"}]},"mmap_size":{"allOf":[{"$ref":"#/definitions/PragmaValue"}]},"page_size":{"allOf":[{"$ref":"#/definitions/PragmaValue"}]},"recursive_triggers":{"allOf":[{"$ref":"#/definitions/PragmaValue"}]},"secure_delete":{"allOf":[{"$ref":"#/definitions/PragmaValue"}]},"synchronous":{"allOf":[{"$ref":"#/definitions/PragmaValue"}]},"temp_store":{"allOf":[{"$ref":"#/definitions/PragmaValue"}]},"threads":{"allOf":[{"$ref":"#/definitions/PragmaValue"}]},"trusted_schema":{"allOf":[{"$ref":"#/definitions/PragmaValue"}]},"wal_autocheckpoint":{"allOf":[{"$ref":"#/definitions/PragmaValue"}]}},"additionalProperties":false},"PragmaValue":{"type":["string","number","boolean"]},"Backup":{"type":"object","properties":{"directory":{"type":"string","pattern":"^[^\\u0000]+$"},"keep":{"type":"integer","minimum":1,"maximum":1000000},"before":{"anyOf":[{"type":"string","enum":["destructive","always","never"]},{"type":"string","pattern":"\\$\\{"}]},"maxAge":{"type":"string","pattern":"^\\d+[hdw]$|\\$\\{"},"maxSize":{"type":"string","pattern":"^\\d+(kB|MB|GB|TB)$|\\$\\{"}},"additionalProperties":false},"Drift":{"type":"object","properties":{"ignore":{"type":"array","items":{"type":"string","pattern":"^(?:(?:schema|extension|type|sequence|function|procedure|table|index|view|rule|trigger|policy|event):[^\\u0000]*[^\\s\\u0000]|(?:column|constraint):[^\\u0000]+\\.[^\\u0000]*[^\\s\\u0000]|[^:\\u0000]*[^\\s:\\u0000])$"}}},"additionalProperties":false},"Environment":{"type":"object","properties":{"protected":{"type":"boolean"},"databases":{"type":"object","propertyNames":{"type":"string","pattern":"^[A-Za-z][A-Za-z0-9_-]*$"},"additionalProperties":{"$ref":"#/definitions/DatabaseOverride"}}},"additionalProperties":false},"DatabaseOverride":{"type":"object","properties":{"url":{"type":"string","pattern":"^[^\\u0000]+$"},"migrations":{"anyOf":[{"type":"string","pattern":"^[^\\u0000]+$"},{"minItems":1,"type":"array","items":{"type":"string","pattern":"^[^\\u0000]+$"}}]},"layout":{"anyOf":[{"type":"string","enum":["single-file","directory","paired"]},{"type":"string","pattern":"\\$\\{"}]},"table":{"type":"string","pattern":"^[^\\u0000]+$"},"pragmas":{"allOf":[{"$ref":"#/definitions/Pragmas"}]},"transaction":{"anyOf":[{"type":"string","enum":["batch","each","all"]},{"type":"string","pattern":"\\$\\{"}]},"backup":{"allOf":[{"$ref":"#/definitions/Backup"}]},"drift":{"allOf":[{"$ref":"#/definitions/Drift"}]},"lockTimeout":{"type":"string","pattern":"^\\d+(ms|s|m)$|\\$\\{"},"busyTimeout":{"type":"string","pattern":"^\\d+(ms|s|m)$|\\$\\{"},"statementTimeout":{"type":"string","pattern":"^\\d+(ms|s|m)$|\\$\\{"},"trackingSchema":{"type":"string","pattern":"^[^\\u0000]+$"},"searchPath":{"anyOf":[{"type":"string","pattern":"^[^\\u0000]+$"},{"minItems":1,"type":"array","items":{"type":"string","pattern":"^[^\\u0000]+$"}}]},"schema":{"type":"string","pattern":"^[^\\u0000]+$"}},"additionalProperties":false}}};
const pattern0 = new RegExp("^[A-Za-z][A-Za-z0-9_-]*$", "u");
const pattern4 = new RegExp("\\$\\{", "u");
const schema7 = {"type":"object","properties":{"url":{"type":"string","pattern":"^[^\\u0000]+$"},"migrations":{"anyOf":[{"type":"string","pattern":"^[^\\u0000]+$"},{"minItems":1,"type":"array","items":{"type":"string","pattern":"^[^\\u0000]+$"}}]},"layout":{"anyOf":[{"type":"string","enum":["single-file","directory","paired"]},{"type":"string","pattern":"\\$\\{"}]},"table":{"type":"string","pattern":"^[^\\u0000]+$"},"pragmas":{"allOf":[{"$ref":"#/definitions/Pragmas"}]},"transaction":{"anyOf":[{"type":"string","enum":["batch","each","all"]},{"type":"string","pattern":"\\$\\{"}]},"backup":{"allOf":[{"$ref":"#/definitions/Backup"}]},"drift":{"allOf":[{"$ref":"#/definitions/Drift"}]},"lockTimeout":{"type":"string","pattern":"^\\d+(ms|s|m)$|\\$\\{"},"busyTimeout":{"type":"string","pattern":"^\\d+(ms|s|m)$|\\$\\{"},"statementTimeout":{"type":"string","pattern":"^\\d+(ms|s|m)$|\\$\\{"},"trackingSchema":{"type":"string","pattern":"^[^\\u0000]+$"},"searchPath":{"anyOf":[{"type":"string","pattern":"^[^\\u0000]+$"},{"minItems":1,"type":"array","items":{"type":"string","pattern":"^[^\\u0000]+$"}}]},"schema":{"type":"string","pattern":"^[^\\u0000]+$"}},"required":["url","migrations"],"additionalProperties":false};
const func2 = Object.prototype.hasOwnProperty;
const pattern1 = new RegExp("^[^\\u0000]+$", "u");
const pattern12 = new RegExp("^\\d+(ms|s|m)$|\\$\\{", "u");
const schema8 = {"type":"object","properties":{"analysis_limit":{"allOf":[{"$ref":"#/definitions/PragmaValue"}]},"auto_vacuum":{"allOf":[{"$ref":"#/definitions/PragmaValue"}]},"automatic_index":{"allOf":[{"$ref":"#/definitions/PragmaValue"}]},"busy_timeout":{"allOf":[{"$ref":"#/definitions/PragmaValue"}]},"cache_size":{"allOf":[{"$ref":"#/definitions/PragmaValue"}]},"cache_spill":{"allOf":[{"$ref":"#/definitions/PragmaValue"}]},"cell_size_check":{"allOf":[{"$ref":"#/definitions/PragmaValue"}]},"checkpoint_fullfsync":{"allOf":[{"$ref":"#/definitions/PragmaValue"}]},"encoding":{"allOf":[{"$ref":"#/definitions/PragmaValue"}]},"foreign_keys":{"allOf":[{"$ref":"#/definitions/PragmaValue"}]},"fullfsync":{"allOf":[{"$ref":"#/definitions/PragmaValue"}]},"journal_mode":{"allOf":[{"$ref":"#/definitions/PragmaValue"}]},"journal_size_limit":{"allOf":[{"$ref":"#/definitions/PragmaValue"}]},"max_page_count":{"allOf":[{"$ref":"#/definitions/PragmaValue"}]},"mmap_size":{"allOf":[{"$ref":"#/definitions/PragmaValue"}]},"page_size":{"allOf":[{"$ref":"#/definitions/PragmaValue"}]},"recursive_triggers":{"allOf":[{"$ref":"#/definitions/PragmaValue"}]},"secure_delete":{"allOf":[{"$ref":"#/definitions/PragmaValue"}]},"synchronous":{"allOf":[{"$ref":"#/definitions/PragmaValue"}]},"temp_store":{"allOf":[{"$ref":"#/definitions/PragmaValue"}]},"threads":{"allOf":[{"$ref":"#/definitions/PragmaValue"}]},"trusted_schema":{"allOf":[{"$ref":"#/definitions/PragmaValue"}]},"wal_autocheckpoint":{"allOf":[{"$ref":"#/definitions/PragmaValue"}]}},"additionalProperties":false};
const schema9 = {"type":["string","number","boolean"]};

function validate24(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(((typeof data !== "string") && (!((typeof data == "number") && (isFinite(data))))) && (typeof data !== "boolean")){
validate24.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: schema9.type}}];
return false;
}
validate24.errors = vErrors;
return errors === 0;
}


function validate23(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
const _errs1 = errors;
for(const key0 in data){
if(!(func2.call(schema8.properties, key0))){
validate23.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.analysis_limit !== undefined){
const _errs2 = errors;
if(!(validate24(data.analysis_limit, {instancePath:instancePath+"/analysis_limit",parentData:data,parentDataProperty:"analysis_limit",rootData}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.auto_vacuum !== undefined){
const _errs4 = errors;
if(!(validate24(data.auto_vacuum, {instancePath:instancePath+"/auto_vacuum",parentData:data,parentDataProperty:"auto_vacuum",rootData}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.automatic_index !== undefined){
const _errs6 = errors;
if(!(validate24(data.automatic_index, {instancePath:instancePath+"/automatic_index",parentData:data,parentDataProperty:"automatic_index",rootData}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.busy_timeout !== undefined){
const _errs8 = errors;
if(!(validate24(data.busy_timeout, {instancePath:instancePath+"/busy_timeout",parentData:data,parentDataProperty:"busy_timeout",rootData}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.cache_size !== undefined){
const _errs10 = errors;
if(!(validate24(data.cache_size, {instancePath:instancePath+"/cache_size",parentData:data,parentDataProperty:"cache_size",rootData}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.cache_spill !== undefined){
const _errs12 = errors;
if(!(validate24(data.cache_spill, {instancePath:instancePath+"/cache_spill",parentData:data,parentDataProperty:"cache_spill",rootData}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.cell_size_check !== undefined){
const _errs14 = errors;
if(!(validate24(data.cell_size_check, {instancePath:instancePath+"/cell_size_check",parentData:data,parentDataProperty:"cell_size_check",rootData}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.checkpoint_fullfsync !== undefined){
const _errs16 = errors;
if(!(validate24(data.checkpoint_fullfsync, {instancePath:instancePath+"/checkpoint_fullfsync",parentData:data,parentDataProperty:"checkpoint_fullfsync",rootData}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.encoding !== undefined){
const _errs18 = errors;
if(!(validate24(data.encoding, {instancePath:instancePath+"/encoding",parentData:data,parentDataProperty:"encoding",rootData}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.foreign_keys !== undefined){
const _errs20 = errors;
if(!(validate24(data.foreign_keys, {instancePath:instancePath+"/foreign_keys",parentData:data,parentDataProperty:"foreign_keys",rootData}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
var valid0 = _errs20 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.fullfsync !== undefined){
const _errs22 = errors;
if(!(validate24(data.fullfsync, {instancePath:instancePath+"/fullfsync",parentData:data,parentDataProperty:"fullfsync",rootData}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
var valid0 = _errs22 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.journal_mode !== undefined){
const _errs24 = errors;
if(!(validate24(data.journal_mode, {instancePath:instancePath+"/journal_mode",parentData:data,parentDataProperty:"journal_mode",rootData}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
var valid0 = _errs24 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.journal_size_limit !== undefined){
const _errs26 = errors;
if(!(validate24(data.journal_size_limit, {instancePath:instancePath+"/journal_size_limit",parentData:data,parentDataProperty:"journal_size_limit",rootData}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
var valid0 = _errs26 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.max_page_count !== undefined){
const _errs28 = errors;
if(!(validate24(data.max_page_count, {instancePath:instancePath+"/max_page_count",parentData:data,parentDataProperty:"max_page_count",rootData}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
var valid0 = _errs28 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.mmap_size !== undefined){
const _errs30 = errors;
if(!(validate24(data.mmap_size, {instancePath:instancePath+"/mmap_size",parentData:data,parentDataProperty:"mmap_size",rootData}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
var valid0 = _errs30 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.page_size !== undefined){
const _errs32 = errors;
if(!(validate24(data.page_size, {instancePath:instancePath+"/page_size",parentData:data,parentDataProperty:"page_size",rootData}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
var valid0 = _errs32 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.recursive_triggers !== undefined){
const _errs34 = errors;
if(!(validate24(data.recursive_triggers, {instancePath:instancePath+"/recursive_triggers",parentData:data,parentDataProperty:"recursive_triggers",rootData}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
var valid0 = _errs34 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.secure_delete !== undefined){
const _errs36 = errors;
if(!(validate24(data.secure_delete, {instancePath:instancePath+"/secure_delete",parentData:data,parentDataProperty:"secure_delete",rootData}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
var valid0 = _errs36 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.synchronous !== undefined){
const _errs38 = errors;
if(!(validate24(data.synchronous, {instancePath:instancePath+"/synchronous",parentData:data,parentDataProperty:"synchronous",rootData}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
var valid0 = _errs38 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.temp_store !== undefined){
const _errs40 = errors;
if(!(validate24(data.temp_store, {instancePath:instancePath+"/temp_store",parentData:data,parentDataProperty:"temp_store",rootData}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
var valid0 = _errs40 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.threads !== undefined){
const _errs42 = errors;
if(!(validate24(data.threads, {instancePath:instancePath+"/threads",parentData:data,parentDataProperty:"threads",rootData}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
var valid0 = _errs42 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.trusted_schema !== undefined){
const _errs44 = errors;
if(!(validate24(data.trusted_schema, {instancePath:instancePath+"/trusted_schema",parentData:data,parentDataProperty:"trusted_schema",rootData}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
var valid0 = _errs44 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.wal_autocheckpoint !== undefined){
const _errs46 = errors;
if(!(validate24(data.wal_autocheckpoint, {instancePath:instancePath+"/wal_autocheckpoint",parentData:data,parentDataProperty:"wal_autocheckpoint",rootData}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
var valid0 = _errs46 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
else {
validate23.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate23.errors = vErrors;
return errors === 0;
}

const schema10 = {"type":"object","properties":{"directory":{"type":"string","pattern":"^[^\\u0000]+$"},"keep":{"type":"integer","minimum":1,"maximum":1000000},"before":{"anyOf":[{"type":"string","enum":["destructive","always","never"]},{"type":"string","pattern":"\\$\\{"}]},"maxAge":{"type":"string","pattern":"^\\d+[hdw]$|\\$\\{"},"maxSize":{"type":"string","pattern":"^\\d+(kB|MB|GB|TB)$|\\$\\{"}},"additionalProperties":false};
const pattern9 = new RegExp("^\\d+[hdw]$|\\$\\{", "u");
const pattern10 = new RegExp("^\\d+(kB|MB|GB|TB)$|\\$\\{", "u");

function validate49(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
const _errs1 = errors;
for(const key0 in data){
if(!(((((key0 === "directory") || (key0 === "keep")) || (key0 === "before")) || (key0 === "maxAge")) || (key0 === "maxSize"))){
validate49.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.directory !== undefined){
let data0 = data.directory;
const _errs2 = errors;
if(errors === _errs2){
if(typeof data0 === "string"){
if(!pattern1.test(data0)){
validate49.errors = [{instancePath:instancePath+"/directory",schemaPath:"#/properties/directory/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]+$"}}];
return false;
}
}
else {
validate49.errors = [{instancePath:instancePath+"/directory",schemaPath:"#/properties/directory/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.keep !== undefined){
let data1 = data.keep;
const _errs4 = errors;
if(!(((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1))) && (isFinite(data1)))){
validate49.errors = [{instancePath:instancePath+"/keep",schemaPath:"#/properties/keep/type",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs4){
if((typeof data1 == "number") && (isFinite(data1))){
if(data1 > 1000000 || isNaN(data1)){
validate49.errors = [{instancePath:instancePath+"/keep",schemaPath:"#/properties/keep/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000}}];
return false;
}
else {
if(data1 < 1 || isNaN(data1)){
validate49.errors = [{instancePath:instancePath+"/keep",schemaPath:"#/properties/keep/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}}];
return false;
}
}
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.before !== undefined){
let data2 = data.before;
const _errs6 = errors;
const _errs7 = errors;
let valid1 = false;
const _errs8 = errors;
if(typeof data2 !== "string"){
const err0 = {instancePath:instancePath+"/before",schemaPath:"#/properties/before/anyOf/0/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(!(((data2 === "destructive") || (data2 === "always")) || (data2 === "never"))){
const err1 = {instancePath:instancePath+"/before",schemaPath:"#/properties/before/anyOf/0/enum",keyword:"enum",params:{allowedValues: schema10.properties.before.anyOf[0].enum}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
var _valid0 = _errs8 === errors;
valid1 = valid1 || _valid0;
if(!valid1){
const _errs10 = errors;
if(errors === _errs10){
if(typeof data2 === "string"){
if(!pattern4.test(data2)){
const err2 = {instancePath:instancePath+"/before",schemaPath:"#/properties/before/anyOf/1/pattern",keyword:"pattern",params:{pattern: "\\$\\{"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
else {
const err3 = {instancePath:instancePath+"/before",schemaPath:"#/properties/before/anyOf/1/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
var _valid0 = _errs10 === errors;
valid1 = valid1 || _valid0;
}
if(!valid1){
const err4 = {instancePath:instancePath+"/before",schemaPath:"#/properties/before/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
validate49.errors = vErrors;
return false;
}
else {
errors = _errs7;
if(vErrors !== null){
if(_errs7){
vErrors.length = _errs7;
}
else {
vErrors = null;
}
}
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.maxAge !== undefined){
let data3 = data.maxAge;
const _errs12 = errors;
if(errors === _errs12){
if(typeof data3 === "string"){
if(!pattern9.test(data3)){
validate49.errors = [{instancePath:instancePath+"/maxAge",schemaPath:"#/properties/maxAge/pattern",keyword:"pattern",params:{pattern: "^\\d+[hdw]$|\\$\\{"}}];
return false;
}
}
else {
validate49.errors = [{instancePath:instancePath+"/maxAge",schemaPath:"#/properties/maxAge/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.maxSize !== undefined){
let data4 = data.maxSize;
const _errs14 = errors;
if(errors === _errs14){
if(typeof data4 === "string"){
if(!pattern10.test(data4)){
validate49.errors = [{instancePath:instancePath+"/maxSize",schemaPath:"#/properties/maxSize/pattern",keyword:"pattern",params:{pattern: "^\\d+(kB|MB|GB|TB)$|\\$\\{"}}];
return false;
}
}
else {
validate49.errors = [{instancePath:instancePath+"/maxSize",schemaPath:"#/properties/maxSize/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
else {
validate49.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate49.errors = vErrors;
return errors === 0;
}

const schema11 = {"type":"object","properties":{"ignore":{"type":"array","items":{"type":"string","pattern":"^(?:(?:schema|extension|type|sequence|function|procedure|table|index|view|rule|trigger|policy|event):[^\\u0000]*[^\\s\\u0000]|(?:column|constraint):[^\\u0000]+\\.[^\\u0000]*[^\\s\\u0000]|[^:\\u0000]*[^\\s:\\u0000])$"}}},"additionalProperties":false};
const pattern11 = new RegExp("^(?:(?:schema|extension|type|sequence|function|procedure|table|index|view|rule|trigger|policy|event):[^\\u0000]*[^\\s\\u0000]|(?:column|constraint):[^\\u0000]+\\.[^\\u0000]*[^\\s\\u0000]|[^:\\u0000]*[^\\s:\\u0000])$", "u");

function validate51(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
const _errs1 = errors;
for(const key0 in data){
if(!(key0 === "ignore")){
validate51.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.ignore !== undefined){
let data0 = data.ignore;
const _errs2 = errors;
if(errors === _errs2){
if(Array.isArray(data0)){
var valid1 = true;
const len0 = data0.length;
for(let i0=0; i0<len0; i0++){
let data1 = data0[i0];
const _errs4 = errors;
if(errors === _errs4){
if(typeof data1 === "string"){
if(!pattern11.test(data1)){
validate51.errors = [{instancePath:instancePath+"/ignore/" + i0,schemaPath:"#/properties/ignore/items/pattern",keyword:"pattern",params:{pattern: "^(?:(?:schema|extension|type|sequence|function|procedure|table|index|view|rule|trigger|policy|event):[^\\u0000]*[^\\s\\u0000]|(?:column|constraint):[^\\u0000]+\\.[^\\u0000]*[^\\s\\u0000]|[^:\\u0000]*[^\\s:\\u0000])$"}}];
return false;
}
}
else {
validate51.errors = [{instancePath:instancePath+"/ignore/" + i0,schemaPath:"#/properties/ignore/items/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid1 = _errs4 === errors;
if(!valid1){
break;
}
}
}
else {
validate51.errors = [{instancePath:instancePath+"/ignore",schemaPath:"#/properties/ignore/type",keyword:"type",params:{type: "array"}}];
return false;
}
}
}
}
}
else {
validate51.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate51.errors = vErrors;
return errors === 0;
}


function validate22(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.url === undefined) && (missing0 = "url")) || ((data.migrations === undefined) && (missing0 = "migrations"))){
validate22.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(func2.call(schema7.properties, key0))){
validate22.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.url !== undefined){
let data0 = data.url;
const _errs2 = errors;
if(errors === _errs2){
if(typeof data0 === "string"){
if(!pattern1.test(data0)){
validate22.errors = [{instancePath:instancePath+"/url",schemaPath:"#/properties/url/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]+$"}}];
return false;
}
}
else {
validate22.errors = [{instancePath:instancePath+"/url",schemaPath:"#/properties/url/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.migrations !== undefined){
let data1 = data.migrations;
const _errs4 = errors;
const _errs5 = errors;
let valid1 = false;
const _errs6 = errors;
if(errors === _errs6){
if(typeof data1 === "string"){
if(!pattern1.test(data1)){
const err0 = {instancePath:instancePath+"/migrations",schemaPath:"#/properties/migrations/anyOf/0/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]+$"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath:instancePath+"/migrations",schemaPath:"#/properties/migrations/anyOf/0/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
var _valid0 = _errs6 === errors;
valid1 = valid1 || _valid0;
if(!valid1){
const _errs8 = errors;
if(errors === _errs8){
if(Array.isArray(data1)){
if(data1.length < 1){
const err2 = {instancePath:instancePath+"/migrations",schemaPath:"#/properties/migrations/anyOf/1/minItems",keyword:"minItems",params:{limit: 1}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
else {
var valid2 = true;
const len0 = data1.length;
for(let i0=0; i0<len0; i0++){
let data2 = data1[i0];
const _errs10 = errors;
if(errors === _errs10){
if(typeof data2 === "string"){
if(!pattern1.test(data2)){
const err3 = {instancePath:instancePath+"/migrations/" + i0,schemaPath:"#/properties/migrations/anyOf/1/items/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]+$"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
else {
const err4 = {instancePath:instancePath+"/migrations/" + i0,schemaPath:"#/properties/migrations/anyOf/1/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
var valid2 = _errs10 === errors;
if(!valid2){
break;
}
}
}
}
else {
const err5 = {instancePath:instancePath+"/migrations",schemaPath:"#/properties/migrations/anyOf/1/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
var _valid0 = _errs8 === errors;
valid1 = valid1 || _valid0;
}
if(!valid1){
const err6 = {instancePath:instancePath+"/migrations",schemaPath:"#/properties/migrations/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
validate22.errors = vErrors;
return false;
}
else {
errors = _errs5;
if(vErrors !== null){
if(_errs5){
vErrors.length = _errs5;
}
else {
vErrors = null;
}
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.layout !== undefined){
let data3 = data.layout;
const _errs12 = errors;
const _errs13 = errors;
let valid3 = false;
const _errs14 = errors;
if(typeof data3 !== "string"){
const err7 = {instancePath:instancePath+"/layout",schemaPath:"#/properties/layout/anyOf/0/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(!(((data3 === "single-file") || (data3 === "directory")) || (data3 === "paired"))){
const err8 = {instancePath:instancePath+"/layout",schemaPath:"#/properties/layout/anyOf/0/enum",keyword:"enum",params:{allowedValues: schema7.properties.layout.anyOf[0].enum}};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
var _valid1 = _errs14 === errors;
valid3 = valid3 || _valid1;
if(!valid3){
const _errs16 = errors;
if(errors === _errs16){
if(typeof data3 === "string"){
if(!pattern4.test(data3)){
const err9 = {instancePath:instancePath+"/layout",schemaPath:"#/properties/layout/anyOf/1/pattern",keyword:"pattern",params:{pattern: "\\$\\{"}};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
else {
const err10 = {instancePath:instancePath+"/layout",schemaPath:"#/properties/layout/anyOf/1/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
var _valid1 = _errs16 === errors;
valid3 = valid3 || _valid1;
}
if(!valid3){
const err11 = {instancePath:instancePath+"/layout",schemaPath:"#/properties/layout/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
validate22.errors = vErrors;
return false;
}
else {
errors = _errs13;
if(vErrors !== null){
if(_errs13){
vErrors.length = _errs13;
}
else {
vErrors = null;
}
}
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.table !== undefined){
let data4 = data.table;
const _errs18 = errors;
if(errors === _errs18){
if(typeof data4 === "string"){
if(!pattern1.test(data4)){
validate22.errors = [{instancePath:instancePath+"/table",schemaPath:"#/properties/table/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]+$"}}];
return false;
}
}
else {
validate22.errors = [{instancePath:instancePath+"/table",schemaPath:"#/properties/table/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.pragmas !== undefined){
const _errs20 = errors;
if(!(validate23(data.pragmas, {instancePath:instancePath+"/pragmas",parentData:data,parentDataProperty:"pragmas",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
var valid0 = _errs20 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.transaction !== undefined){
let data6 = data.transaction;
const _errs22 = errors;
const _errs23 = errors;
let valid5 = false;
const _errs24 = errors;
if(typeof data6 !== "string"){
const err12 = {instancePath:instancePath+"/transaction",schemaPath:"#/properties/transaction/anyOf/0/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
if(!(((data6 === "batch") || (data6 === "each")) || (data6 === "all"))){
const err13 = {instancePath:instancePath+"/transaction",schemaPath:"#/properties/transaction/anyOf/0/enum",keyword:"enum",params:{allowedValues: schema7.properties.transaction.anyOf[0].enum}};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
var _valid2 = _errs24 === errors;
valid5 = valid5 || _valid2;
if(!valid5){
const _errs26 = errors;
if(errors === _errs26){
if(typeof data6 === "string"){
if(!pattern4.test(data6)){
const err14 = {instancePath:instancePath+"/transaction",schemaPath:"#/properties/transaction/anyOf/1/pattern",keyword:"pattern",params:{pattern: "\\$\\{"}};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
else {
const err15 = {instancePath:instancePath+"/transaction",schemaPath:"#/properties/transaction/anyOf/1/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
var _valid2 = _errs26 === errors;
valid5 = valid5 || _valid2;
}
if(!valid5){
const err16 = {instancePath:instancePath+"/transaction",schemaPath:"#/properties/transaction/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
validate22.errors = vErrors;
return false;
}
else {
errors = _errs23;
if(vErrors !== null){
if(_errs23){
vErrors.length = _errs23;
}
else {
vErrors = null;
}
}
}
var valid0 = _errs22 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.backup !== undefined){
const _errs28 = errors;
if(!(validate49(data.backup, {instancePath:instancePath+"/backup",parentData:data,parentDataProperty:"backup",rootData}))){
vErrors = vErrors === null ? validate49.errors : vErrors.concat(validate49.errors);
errors = vErrors.length;
}
var valid0 = _errs28 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.drift !== undefined){
const _errs30 = errors;
if(!(validate51(data.drift, {instancePath:instancePath+"/drift",parentData:data,parentDataProperty:"drift",rootData}))){
vErrors = vErrors === null ? validate51.errors : vErrors.concat(validate51.errors);
errors = vErrors.length;
}
var valid0 = _errs30 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.lockTimeout !== undefined){
let data9 = data.lockTimeout;
const _errs32 = errors;
if(errors === _errs32){
if(typeof data9 === "string"){
if(!pattern12.test(data9)){
validate22.errors = [{instancePath:instancePath+"/lockTimeout",schemaPath:"#/properties/lockTimeout/pattern",keyword:"pattern",params:{pattern: "^\\d+(ms|s|m)$|\\$\\{"}}];
return false;
}
}
else {
validate22.errors = [{instancePath:instancePath+"/lockTimeout",schemaPath:"#/properties/lockTimeout/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs32 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.busyTimeout !== undefined){
let data10 = data.busyTimeout;
const _errs34 = errors;
if(errors === _errs34){
if(typeof data10 === "string"){
if(!pattern12.test(data10)){
validate22.errors = [{instancePath:instancePath+"/busyTimeout",schemaPath:"#/properties/busyTimeout/pattern",keyword:"pattern",params:{pattern: "^\\d+(ms|s|m)$|\\$\\{"}}];
return false;
}
}
else {
validate22.errors = [{instancePath:instancePath+"/busyTimeout",schemaPath:"#/properties/busyTimeout/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs34 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.statementTimeout !== undefined){
let data11 = data.statementTimeout;
const _errs36 = errors;
if(errors === _errs36){
if(typeof data11 === "string"){
if(!pattern12.test(data11)){
validate22.errors = [{instancePath:instancePath+"/statementTimeout",schemaPath:"#/properties/statementTimeout/pattern",keyword:"pattern",params:{pattern: "^\\d+(ms|s|m)$|\\$\\{"}}];
return false;
}
}
else {
validate22.errors = [{instancePath:instancePath+"/statementTimeout",schemaPath:"#/properties/statementTimeout/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs36 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.trackingSchema !== undefined){
let data12 = data.trackingSchema;
const _errs38 = errors;
if(errors === _errs38){
if(typeof data12 === "string"){
if(!pattern1.test(data12)){
validate22.errors = [{instancePath:instancePath+"/trackingSchema",schemaPath:"#/properties/trackingSchema/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]+$"}}];
return false;
}
}
else {
validate22.errors = [{instancePath:instancePath+"/trackingSchema",schemaPath:"#/properties/trackingSchema/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs38 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.searchPath !== undefined){
let data13 = data.searchPath;
const _errs40 = errors;
const _errs41 = errors;
let valid8 = false;
const _errs42 = errors;
if(errors === _errs42){
if(typeof data13 === "string"){
if(!pattern1.test(data13)){
const err17 = {instancePath:instancePath+"/searchPath",schemaPath:"#/properties/searchPath/anyOf/0/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]+$"}};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
else {
const err18 = {instancePath:instancePath+"/searchPath",schemaPath:"#/properties/searchPath/anyOf/0/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
var _valid3 = _errs42 === errors;
valid8 = valid8 || _valid3;
if(!valid8){
const _errs44 = errors;
if(errors === _errs44){
if(Array.isArray(data13)){
if(data13.length < 1){
const err19 = {instancePath:instancePath+"/searchPath",schemaPath:"#/properties/searchPath/anyOf/1/minItems",keyword:"minItems",params:{limit: 1}};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
else {
var valid9 = true;
const len1 = data13.length;
for(let i1=0; i1<len1; i1++){
let data14 = data13[i1];
const _errs46 = errors;
if(errors === _errs46){
if(typeof data14 === "string"){
if(!pattern1.test(data14)){
const err20 = {instancePath:instancePath+"/searchPath/" + i1,schemaPath:"#/properties/searchPath/anyOf/1/items/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]+$"}};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
else {
const err21 = {instancePath:instancePath+"/searchPath/" + i1,schemaPath:"#/properties/searchPath/anyOf/1/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
var valid9 = _errs46 === errors;
if(!valid9){
break;
}
}
}
}
else {
const err22 = {instancePath:instancePath+"/searchPath",schemaPath:"#/properties/searchPath/anyOf/1/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
var _valid3 = _errs44 === errors;
valid8 = valid8 || _valid3;
}
if(!valid8){
const err23 = {instancePath:instancePath+"/searchPath",schemaPath:"#/properties/searchPath/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
validate22.errors = vErrors;
return false;
}
else {
errors = _errs41;
if(vErrors !== null){
if(_errs41){
vErrors.length = _errs41;
}
else {
vErrors = null;
}
}
}
var valid0 = _errs40 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.schema !== undefined){
let data15 = data.schema;
const _errs48 = errors;
if(errors === _errs48){
if(typeof data15 === "string"){
if(!pattern1.test(data15)){
validate22.errors = [{instancePath:instancePath+"/schema",schemaPath:"#/properties/schema/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]+$"}}];
return false;
}
}
else {
validate22.errors = [{instancePath:instancePath+"/schema",schemaPath:"#/properties/schema/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs48 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
else {
validate22.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate22.errors = vErrors;
return errors === 0;
}

const schema12 = {"type":"object","properties":{"protected":{"type":"boolean"},"databases":{"type":"object","propertyNames":{"type":"string","pattern":"^[A-Za-z][A-Za-z0-9_-]*$"},"additionalProperties":{"$ref":"#/definitions/DatabaseOverride"}}},"additionalProperties":false};
const schema13 = {"type":"object","properties":{"url":{"type":"string","pattern":"^[^\\u0000]+$"},"migrations":{"anyOf":[{"type":"string","pattern":"^[^\\u0000]+$"},{"minItems":1,"type":"array","items":{"type":"string","pattern":"^[^\\u0000]+$"}}]},"layout":{"anyOf":[{"type":"string","enum":["single-file","directory","paired"]},{"type":"string","pattern":"\\$\\{"}]},"table":{"type":"string","pattern":"^[^\\u0000]+$"},"pragmas":{"allOf":[{"$ref":"#/definitions/Pragmas"}]},"transaction":{"anyOf":[{"type":"string","enum":["batch","each","all"]},{"type":"string","pattern":"\\$\\{"}]},"backup":{"allOf":[{"$ref":"#/definitions/Backup"}]},"drift":{"allOf":[{"$ref":"#/definitions/Drift"}]},"lockTimeout":{"type":"string","pattern":"^\\d+(ms|s|m)$|\\$\\{"},"busyTimeout":{"type":"string","pattern":"^\\d+(ms|s|m)$|\\$\\{"},"statementTimeout":{"type":"string","pattern":"^\\d+(ms|s|m)$|\\$\\{"},"trackingSchema":{"type":"string","pattern":"^[^\\u0000]+$"},"searchPath":{"anyOf":[{"type":"string","pattern":"^[^\\u0000]+$"},{"minItems":1,"type":"array","items":{"type":"string","pattern":"^[^\\u0000]+$"}}]},"schema":{"type":"string","pattern":"^[^\\u0000]+$"}},"additionalProperties":false};

function validate55(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
const _errs1 = errors;
for(const key0 in data){
if(!(func2.call(schema13.properties, key0))){
validate55.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.url !== undefined){
let data0 = data.url;
const _errs2 = errors;
if(errors === _errs2){
if(typeof data0 === "string"){
if(!pattern1.test(data0)){
validate55.errors = [{instancePath:instancePath+"/url",schemaPath:"#/properties/url/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]+$"}}];
return false;
}
}
else {
validate55.errors = [{instancePath:instancePath+"/url",schemaPath:"#/properties/url/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.migrations !== undefined){
let data1 = data.migrations;
const _errs4 = errors;
const _errs5 = errors;
let valid1 = false;
const _errs6 = errors;
if(errors === _errs6){
if(typeof data1 === "string"){
if(!pattern1.test(data1)){
const err0 = {instancePath:instancePath+"/migrations",schemaPath:"#/properties/migrations/anyOf/0/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]+$"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath:instancePath+"/migrations",schemaPath:"#/properties/migrations/anyOf/0/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
var _valid0 = _errs6 === errors;
valid1 = valid1 || _valid0;
if(!valid1){
const _errs8 = errors;
if(errors === _errs8){
if(Array.isArray(data1)){
if(data1.length < 1){
const err2 = {instancePath:instancePath+"/migrations",schemaPath:"#/properties/migrations/anyOf/1/minItems",keyword:"minItems",params:{limit: 1}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
else {
var valid2 = true;
const len0 = data1.length;
for(let i0=0; i0<len0; i0++){
let data2 = data1[i0];
const _errs10 = errors;
if(errors === _errs10){
if(typeof data2 === "string"){
if(!pattern1.test(data2)){
const err3 = {instancePath:instancePath+"/migrations/" + i0,schemaPath:"#/properties/migrations/anyOf/1/items/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]+$"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
else {
const err4 = {instancePath:instancePath+"/migrations/" + i0,schemaPath:"#/properties/migrations/anyOf/1/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
var valid2 = _errs10 === errors;
if(!valid2){
break;
}
}
}
}
else {
const err5 = {instancePath:instancePath+"/migrations",schemaPath:"#/properties/migrations/anyOf/1/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
var _valid0 = _errs8 === errors;
valid1 = valid1 || _valid0;
}
if(!valid1){
const err6 = {instancePath:instancePath+"/migrations",schemaPath:"#/properties/migrations/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
validate55.errors = vErrors;
return false;
}
else {
errors = _errs5;
if(vErrors !== null){
if(_errs5){
vErrors.length = _errs5;
}
else {
vErrors = null;
}
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.layout !== undefined){
let data3 = data.layout;
const _errs12 = errors;
const _errs13 = errors;
let valid3 = false;
const _errs14 = errors;
if(typeof data3 !== "string"){
const err7 = {instancePath:instancePath+"/layout",schemaPath:"#/properties/layout/anyOf/0/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(!(((data3 === "single-file") || (data3 === "directory")) || (data3 === "paired"))){
const err8 = {instancePath:instancePath+"/layout",schemaPath:"#/properties/layout/anyOf/0/enum",keyword:"enum",params:{allowedValues: schema13.properties.layout.anyOf[0].enum}};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
var _valid1 = _errs14 === errors;
valid3 = valid3 || _valid1;
if(!valid3){
const _errs16 = errors;
if(errors === _errs16){
if(typeof data3 === "string"){
if(!pattern4.test(data3)){
const err9 = {instancePath:instancePath+"/layout",schemaPath:"#/properties/layout/anyOf/1/pattern",keyword:"pattern",params:{pattern: "\\$\\{"}};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
else {
const err10 = {instancePath:instancePath+"/layout",schemaPath:"#/properties/layout/anyOf/1/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
var _valid1 = _errs16 === errors;
valid3 = valid3 || _valid1;
}
if(!valid3){
const err11 = {instancePath:instancePath+"/layout",schemaPath:"#/properties/layout/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
validate55.errors = vErrors;
return false;
}
else {
errors = _errs13;
if(vErrors !== null){
if(_errs13){
vErrors.length = _errs13;
}
else {
vErrors = null;
}
}
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.table !== undefined){
let data4 = data.table;
const _errs18 = errors;
if(errors === _errs18){
if(typeof data4 === "string"){
if(!pattern1.test(data4)){
validate55.errors = [{instancePath:instancePath+"/table",schemaPath:"#/properties/table/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]+$"}}];
return false;
}
}
else {
validate55.errors = [{instancePath:instancePath+"/table",schemaPath:"#/properties/table/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.pragmas !== undefined){
const _errs20 = errors;
if(!(validate23(data.pragmas, {instancePath:instancePath+"/pragmas",parentData:data,parentDataProperty:"pragmas",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
var valid0 = _errs20 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.transaction !== undefined){
let data6 = data.transaction;
const _errs22 = errors;
const _errs23 = errors;
let valid5 = false;
const _errs24 = errors;
if(typeof data6 !== "string"){
const err12 = {instancePath:instancePath+"/transaction",schemaPath:"#/properties/transaction/anyOf/0/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
if(!(((data6 === "batch") || (data6 === "each")) || (data6 === "all"))){
const err13 = {instancePath:instancePath+"/transaction",schemaPath:"#/properties/transaction/anyOf/0/enum",keyword:"enum",params:{allowedValues: schema13.properties.transaction.anyOf[0].enum}};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
var _valid2 = _errs24 === errors;
valid5 = valid5 || _valid2;
if(!valid5){
const _errs26 = errors;
if(errors === _errs26){
if(typeof data6 === "string"){
if(!pattern4.test(data6)){
const err14 = {instancePath:instancePath+"/transaction",schemaPath:"#/properties/transaction/anyOf/1/pattern",keyword:"pattern",params:{pattern: "\\$\\{"}};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
else {
const err15 = {instancePath:instancePath+"/transaction",schemaPath:"#/properties/transaction/anyOf/1/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
var _valid2 = _errs26 === errors;
valid5 = valid5 || _valid2;
}
if(!valid5){
const err16 = {instancePath:instancePath+"/transaction",schemaPath:"#/properties/transaction/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
validate55.errors = vErrors;
return false;
}
else {
errors = _errs23;
if(vErrors !== null){
if(_errs23){
vErrors.length = _errs23;
}
else {
vErrors = null;
}
}
}
var valid0 = _errs22 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.backup !== undefined){
const _errs28 = errors;
if(!(validate49(data.backup, {instancePath:instancePath+"/backup",parentData:data,parentDataProperty:"backup",rootData}))){
vErrors = vErrors === null ? validate49.errors : vErrors.concat(validate49.errors);
errors = vErrors.length;
}
var valid0 = _errs28 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.drift !== undefined){
const _errs30 = errors;
if(!(validate51(data.drift, {instancePath:instancePath+"/drift",parentData:data,parentDataProperty:"drift",rootData}))){
vErrors = vErrors === null ? validate51.errors : vErrors.concat(validate51.errors);
errors = vErrors.length;
}
var valid0 = _errs30 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.lockTimeout !== undefined){
let data9 = data.lockTimeout;
const _errs32 = errors;
if(errors === _errs32){
if(typeof data9 === "string"){
if(!pattern12.test(data9)){
validate55.errors = [{instancePath:instancePath+"/lockTimeout",schemaPath:"#/properties/lockTimeout/pattern",keyword:"pattern",params:{pattern: "^\\d+(ms|s|m)$|\\$\\{"}}];
return false;
}
}
else {
validate55.errors = [{instancePath:instancePath+"/lockTimeout",schemaPath:"#/properties/lockTimeout/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs32 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.busyTimeout !== undefined){
let data10 = data.busyTimeout;
const _errs34 = errors;
if(errors === _errs34){
if(typeof data10 === "string"){
if(!pattern12.test(data10)){
validate55.errors = [{instancePath:instancePath+"/busyTimeout",schemaPath:"#/properties/busyTimeout/pattern",keyword:"pattern",params:{pattern: "^\\d+(ms|s|m)$|\\$\\{"}}];
return false;
}
}
else {
validate55.errors = [{instancePath:instancePath+"/busyTimeout",schemaPath:"#/properties/busyTimeout/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs34 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.statementTimeout !== undefined){
let data11 = data.statementTimeout;
const _errs36 = errors;
if(errors === _errs36){
if(typeof data11 === "string"){
if(!pattern12.test(data11)){
validate55.errors = [{instancePath:instancePath+"/statementTimeout",schemaPath:"#/properties/statementTimeout/pattern",keyword:"pattern",params:{pattern: "^\\d+(ms|s|m)$|\\$\\{"}}];
return false;
}
}
else {
validate55.errors = [{instancePath:instancePath+"/statementTimeout",schemaPath:"#/properties/statementTimeout/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs36 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.trackingSchema !== undefined){
let data12 = data.trackingSchema;
const _errs38 = errors;
if(errors === _errs38){
if(typeof data12 === "string"){
if(!pattern1.test(data12)){
validate55.errors = [{instancePath:instancePath+"/trackingSchema",schemaPath:"#/properties/trackingSchema/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]+$"}}];
return false;
}
}
else {
validate55.errors = [{instancePath:instancePath+"/trackingSchema",schemaPath:"#/properties/trackingSchema/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs38 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.searchPath !== undefined){
let data13 = data.searchPath;
const _errs40 = errors;
const _errs41 = errors;
let valid8 = false;
const _errs42 = errors;
if(errors === _errs42){
if(typeof data13 === "string"){
if(!pattern1.test(data13)){
const err17 = {instancePath:instancePath+"/searchPath",schemaPath:"#/properties/searchPath/anyOf/0/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]+$"}};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
else {
const err18 = {instancePath:instancePath+"/searchPath",schemaPath:"#/properties/searchPath/anyOf/0/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
var _valid3 = _errs42 === errors;
valid8 = valid8 || _valid3;
if(!valid8){
const _errs44 = errors;
if(errors === _errs44){
if(Array.isArray(data13)){
if(data13.length < 1){
const err19 = {instancePath:instancePath+"/searchPath",schemaPath:"#/properties/searchPath/anyOf/1/minItems",keyword:"minItems",params:{limit: 1}};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
else {
var valid9 = true;
const len1 = data13.length;
for(let i1=0; i1<len1; i1++){
let data14 = data13[i1];
const _errs46 = errors;
if(errors === _errs46){
if(typeof data14 === "string"){
if(!pattern1.test(data14)){
const err20 = {instancePath:instancePath+"/searchPath/" + i1,schemaPath:"#/properties/searchPath/anyOf/1/items/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]+$"}};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
else {
const err21 = {instancePath:instancePath+"/searchPath/" + i1,schemaPath:"#/properties/searchPath/anyOf/1/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
var valid9 = _errs46 === errors;
if(!valid9){
break;
}
}
}
}
else {
const err22 = {instancePath:instancePath+"/searchPath",schemaPath:"#/properties/searchPath/anyOf/1/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
var _valid3 = _errs44 === errors;
valid8 = valid8 || _valid3;
}
if(!valid8){
const err23 = {instancePath:instancePath+"/searchPath",schemaPath:"#/properties/searchPath/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
validate55.errors = vErrors;
return false;
}
else {
errors = _errs41;
if(vErrors !== null){
if(_errs41){
vErrors.length = _errs41;
}
else {
vErrors = null;
}
}
}
var valid0 = _errs40 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.schema !== undefined){
let data15 = data.schema;
const _errs48 = errors;
if(errors === _errs48){
if(typeof data15 === "string"){
if(!pattern1.test(data15)){
validate55.errors = [{instancePath:instancePath+"/schema",schemaPath:"#/properties/schema/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000]+$"}}];
return false;
}
}
else {
validate55.errors = [{instancePath:instancePath+"/schema",schemaPath:"#/properties/schema/type",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs48 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
else {
validate55.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate55.errors = vErrors;
return errors === 0;
}


function validate54(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
const _errs1 = errors;
for(const key0 in data){
if(!((key0 === "protected") || (key0 === "databases"))){
validate54.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.protected !== undefined){
const _errs2 = errors;
if(typeof data.protected !== "boolean"){
validate54.errors = [{instancePath:instancePath+"/protected",schemaPath:"#/properties/protected/type",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.databases !== undefined){
let data1 = data.databases;
const _errs4 = errors;
if(errors === _errs4){
if(data1 && typeof data1 == "object" && !Array.isArray(data1)){
for(const key1 in data1){
const _errs6 = errors;
if(errors === _errs6){
if(typeof key1 === "string"){
if(!pattern0.test(key1)){
const err0 = {instancePath:instancePath+"/databases",schemaPath:"#/properties/databases/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z][A-Za-z0-9_-]*$"},propertyName:key1};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath:instancePath+"/databases",schemaPath:"#/properties/databases/propertyNames/type",keyword:"type",params:{type: "string"},propertyName:key1};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
var valid1 = _errs6 === errors;
if(!valid1){
const err2 = {instancePath:instancePath+"/databases",schemaPath:"#/properties/databases/propertyNames",keyword:"propertyNames",params:{propertyName: key1}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
validate54.errors = vErrors;
return false;
break;
}
}
if(valid1){
for(const key2 in data1){
const _errs9 = errors;
if(!(validate55(data1[key2], {instancePath:instancePath+"/databases/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data1,parentDataProperty:key2,rootData}))){
vErrors = vErrors === null ? validate55.errors : vErrors.concat(validate55.errors);
errors = vErrors.length;
}
var valid2 = _errs9 === errors;
if(!valid2){
break;
}
}
}
}
else {
validate54.errors = [{instancePath:instancePath+"/databases",schemaPath:"#/properties/databases/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
}
}
}
else {
validate54.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate54.errors = vErrors;
return errors === 0;
}


function validate21(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.databases === undefined) && (missing0 = "databases")){
validate21.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!((((key0 === "$schema") || (key0 === "databases")) || (key0 === "environments")) || (key0 === "release"))){
validate21.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.$schema !== undefined){
const _errs2 = errors;
if(typeof data.$schema !== "string"){
validate21.errors = [{instancePath:instancePath+"/$schema",schemaPath:"#/properties/%24schema/type",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.databases !== undefined){
let data1 = data.databases;
const _errs4 = errors;
if(errors === _errs4){
if(data1 && typeof data1 == "object" && !Array.isArray(data1)){
if(Object.keys(data1).length < 1){
validate21.errors = [{instancePath:instancePath+"/databases",schemaPath:"#/properties/databases/minProperties",keyword:"minProperties",params:{limit: 1}}];
return false;
}
else {
for(const key1 in data1){
const _errs6 = errors;
if(errors === _errs6){
if(typeof key1 === "string"){
if(!pattern0.test(key1)){
const err0 = {instancePath:instancePath+"/databases",schemaPath:"#/properties/databases/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z][A-Za-z0-9_-]*$"},propertyName:key1};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath:instancePath+"/databases",schemaPath:"#/properties/databases/propertyNames/type",keyword:"type",params:{type: "string"},propertyName:key1};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
var valid1 = _errs6 === errors;
if(!valid1){
const err2 = {instancePath:instancePath+"/databases",schemaPath:"#/properties/databases/propertyNames",keyword:"propertyNames",params:{propertyName: key1}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
validate21.errors = vErrors;
return false;
break;
}
}
if(valid1){
for(const key2 in data1){
const _errs9 = errors;
if(!(validate22(data1[key2], {instancePath:instancePath+"/databases/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data1,parentDataProperty:key2,rootData}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid2 = _errs9 === errors;
if(!valid2){
break;
}
}
}
}
}
else {
validate21.errors = [{instancePath:instancePath+"/databases",schemaPath:"#/properties/databases/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.environments !== undefined){
let data3 = data.environments;
const _errs10 = errors;
if(errors === _errs10){
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
for(const key3 in data3){
const _errs12 = errors;
if(errors === _errs12){
if(typeof key3 === "string"){
if(!pattern0.test(key3)){
const err3 = {instancePath:instancePath+"/environments",schemaPath:"#/properties/environments/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z][A-Za-z0-9_-]*$"},propertyName:key3};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
else {
const err4 = {instancePath:instancePath+"/environments",schemaPath:"#/properties/environments/propertyNames/type",keyword:"type",params:{type: "string"},propertyName:key3};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
var valid3 = _errs12 === errors;
if(!valid3){
const err5 = {instancePath:instancePath+"/environments",schemaPath:"#/properties/environments/propertyNames",keyword:"propertyNames",params:{propertyName: key3}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
validate21.errors = vErrors;
return false;
break;
}
}
if(valid3){
for(const key4 in data3){
const _errs15 = errors;
if(!(validate54(data3[key4], {instancePath:instancePath+"/environments/" + key4.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data3,parentDataProperty:key4,rootData}))){
vErrors = vErrors === null ? validate54.errors : vErrors.concat(validate54.errors);
errors = vErrors.length;
}
var valid4 = _errs15 === errors;
if(!valid4){
break;
}
}
}
}
else {
validate21.errors = [{instancePath:instancePath+"/environments",schemaPath:"#/properties/environments/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.release !== undefined){
let data5 = data.release;
const _errs16 = errors;
const _errs17 = errors;
let valid5 = false;
const _errs18 = errors;
if(typeof data5 !== "string"){
const err6 = {instancePath:instancePath+"/release",schemaPath:"#/properties/release/anyOf/0/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(!((data5 === "atomic") || (data5 === "independent"))){
const err7 = {instancePath:instancePath+"/release",schemaPath:"#/properties/release/anyOf/0/enum",keyword:"enum",params:{allowedValues: schema6.properties.release.anyOf[0].enum}};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
var _valid0 = _errs18 === errors;
valid5 = valid5 || _valid0;
if(!valid5){
const _errs20 = errors;
if(errors === _errs20){
if(typeof data5 === "string"){
if(!pattern4.test(data5)){
const err8 = {instancePath:instancePath+"/release",schemaPath:"#/properties/release/anyOf/1/pattern",keyword:"pattern",params:{pattern: "\\$\\{"}};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
else {
const err9 = {instancePath:instancePath+"/release",schemaPath:"#/properties/release/anyOf/1/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
var _valid0 = _errs20 === errors;
valid5 = valid5 || _valid0;
}
if(!valid5){
const err10 = {instancePath:instancePath+"/release",schemaPath:"#/properties/release/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
validate21.errors = vErrors;
return false;
}
else {
errors = _errs17;
if(vErrors !== null){
if(_errs17){
vErrors.length = _errs17;
}
else {
vErrors = null;
}
}
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
else {
validate21.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}}];
return false;
}
}
validate21.errors = vErrors;
return errors === 0;
}
