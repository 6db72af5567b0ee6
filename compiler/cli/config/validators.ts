/** Checks of JSON that comes from files: made by `npm run generate` from the schemas of this folder. */
/* eslint-disable */
// @ts-nocheck
import type { Check } from '../../../runtime/checkpoint/saved-types.ts';
import type { Config } from '../../config.ts';
const schema11 = {"$id":"config","title":"nnc.config.ts, or `nnc` in package.json","type":"object","properties":{"specs":{"type":"array","items":{"type":"string"},"minItems":1},"outDir":{"type":"string"},"backend":{"enum":["auto","wasm","cpu","webgl","webgpu"]}},"additionalProperties":false};

function validate10(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="config" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
const _errs1 = errors;
for(const key0 in data){
if(!(((key0 === "specs") || (key0 === "outDir")) || (key0 === "backend"))){
validate10.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.specs !== undefined){
let data0 = data.specs;
const _errs2 = errors;
if(errors === _errs2){
if(Array.isArray(data0)){
if(data0.length < 1){
validate10.errors = [{instancePath:instancePath+"/specs",schemaPath:"#/properties/specs/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items"}];
return false;
}
else {
var valid1 = true;
const len0 = data0.length;
for(let i0=0; i0<len0; i0++){
const _errs4 = errors;
if(typeof data0[i0] !== "string"){
validate10.errors = [{instancePath:instancePath+"/specs/" + i0,schemaPath:"#/properties/specs/items/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid1 = _errs4 === errors;
if(!valid1){
break;
}
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/specs",schemaPath:"#/properties/specs/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.outDir !== undefined){
const _errs6 = errors;
if(typeof data.outDir !== "string"){
validate10.errors = [{instancePath:instancePath+"/outDir",schemaPath:"#/properties/outDir/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.backend !== undefined){
let data3 = data.backend;
const _errs8 = errors;
if(!(((((data3 === "auto") || (data3 === "wasm")) || (data3 === "cpu")) || (data3 === "webgl")) || (data3 === "webgpu"))){
validate10.errors = [{instancePath:instancePath+"/backend",schemaPath:"#/properties/backend/enum",keyword:"enum",params:{allowedValues: schema11.properties.backend.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
else {
validate10.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate10.errors = vErrors;
return errors === 0;
}
export const checkConfig: Check<Config> = validate10;
