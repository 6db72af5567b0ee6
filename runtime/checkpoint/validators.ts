/** Checks of JSON that comes from files: made by `npm run generate` from the schemas of this folder. */
/* eslint-disable */
// @ts-nocheck
import type { Check, Header, Manifest, RunState, Shards } from './saved-types.ts';
const schema11 = {"$id":"header","title":"The JSON header of a safetensors file","type":"object","properties":{"__metadata__":{"type":"object","additionalProperties":{"type":"string"}}},"additionalProperties":{"type":"object","properties":{"dtype":{"type":"string"},"shape":{"type":"array","items":{"type":"integer","minimum":0}},"data_offsets":{"type":"array","items":{"type":"integer","minimum":0},"minItems":2,"maxItems":2}},"required":["dtype","shape","data_offsets"]}};

function validate10(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="header" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
const _errs1 = errors;
for(const key0 in data){
if(!(key0 === "__metadata__")){
let data0 = data[key0];
const _errs2 = errors;
if(errors === _errs2){
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
let missing0;
if((((data0.dtype === undefined) && (missing0 = "dtype")) || ((data0.shape === undefined) && (missing0 = "shape"))) || ((data0.data_offsets === undefined) && (missing0 = "data_offsets"))){
validate10.errors = [{instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/additionalProperties/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
if(data0.dtype !== undefined){
const _errs4 = errors;
if(typeof data0.dtype !== "string"){
validate10.errors = [{instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1")+"/dtype",schemaPath:"#/additionalProperties/properties/dtype/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid1 = _errs4 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data0.shape !== undefined){
let data2 = data0.shape;
const _errs6 = errors;
if(errors === _errs6){
if(Array.isArray(data2)){
var valid2 = true;
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
let data3 = data2[i0];
const _errs8 = errors;
if(!(((typeof data3 == "number") && (!(data3 % 1) && !isNaN(data3))) && (isFinite(data3)))){
validate10.errors = [{instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1")+"/shape/" + i0,schemaPath:"#/additionalProperties/properties/shape/items/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs8){
if((typeof data3 == "number") && (isFinite(data3))){
if(data3 < 0 || isNaN(data3)){
validate10.errors = [{instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1")+"/shape/" + i0,schemaPath:"#/additionalProperties/properties/shape/items/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
var valid2 = _errs8 === errors;
if(!valid2){
break;
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1")+"/shape",schemaPath:"#/additionalProperties/properties/shape/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid1 = _errs6 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data0.data_offsets !== undefined){
let data4 = data0.data_offsets;
const _errs10 = errors;
if(errors === _errs10){
if(Array.isArray(data4)){
if(data4.length > 2){
validate10.errors = [{instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1")+"/data_offsets",schemaPath:"#/additionalProperties/properties/data_offsets/maxItems",keyword:"maxItems",params:{limit: 2},message:"must NOT have more than 2 items"}];
return false;
}
else {
if(data4.length < 2){
validate10.errors = [{instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1")+"/data_offsets",schemaPath:"#/additionalProperties/properties/data_offsets/minItems",keyword:"minItems",params:{limit: 2},message:"must NOT have fewer than 2 items"}];
return false;
}
else {
var valid3 = true;
const len1 = data4.length;
for(let i1=0; i1<len1; i1++){
let data5 = data4[i1];
const _errs12 = errors;
if(!(((typeof data5 == "number") && (!(data5 % 1) && !isNaN(data5))) && (isFinite(data5)))){
validate10.errors = [{instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1")+"/data_offsets/" + i1,schemaPath:"#/additionalProperties/properties/data_offsets/items/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs12){
if((typeof data5 == "number") && (isFinite(data5))){
if(data5 < 0 || isNaN(data5)){
validate10.errors = [{instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1")+"/data_offsets/" + i1,schemaPath:"#/additionalProperties/properties/data_offsets/items/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
var valid3 = _errs12 === errors;
if(!valid3){
break;
}
}
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1")+"/data_offsets",schemaPath:"#/additionalProperties/properties/data_offsets/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid1 = _errs10 === errors;
}
else {
var valid1 = true;
}
}
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/additionalProperties/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid0 = _errs2 === errors;
if(!valid0){
break;
}
}
}
if(_errs1 === errors){
if(data.__metadata__ !== undefined){
let data6 = data.__metadata__;
const _errs14 = errors;
if(errors === _errs14){
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
for(const key1 in data6){
const _errs17 = errors;
if(typeof data6[key1] !== "string"){
validate10.errors = [{instancePath:instancePath+"/__metadata__/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/__metadata__/additionalProperties/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid5 = _errs17 === errors;
if(!valid5){
break;
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/__metadata__",schemaPath:"#/properties/__metadata__/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
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


const schema12 = {"$id":"manifest","title":"runs/<model>/manifest.json: what a saved model is, and how its data enters it","type":"object","properties":{"format":{"const":1},"model":{"type":"string"},"source":{"type":"object","properties":{"file":{"type":"string"},"hash":{"type":"string"},"compiler":{"type":"string"},"settings":{"type":"object","additionalProperties":{"type":"number"}},"text":{"type":"string"}},"required":["file","hash","compiler","settings"]},"backend":{"type":"string"},"kernelSet":{"type":"string"},"seed":{"type":"number"},"t":{"type":"integer","minimum":0},"epoch":{"type":"integer","minimum":0},"finished":{"type":"boolean"},"figures":{"type":"object","additionalProperties":{"type":["number","null"]}},"columns":{"type":"object","additionalProperties":{"type":"array","items":{"type":"string"}}},"prep":{"type":"array","items":{"$ref":"#/definitions/prep"}}},"required":["format","model","source","backend","kernelSet","seed","t","epoch","finished","figures","columns","prep"],"definitions":{"numbers":{"type":"array","items":{"type":"number"}},"texts":{"type":"array","items":{"type":"string"}},"prep":{"type":"object","oneOf":[{"properties":{"port":{"type":"string"},"kind":{"const":"classes"},"labels":{"$ref":"#/definitions/texts"},"leavesOut":{"const":true}},"required":["port","kind","labels"]},{"properties":{"port":{"type":"string"},"kind":{"const":"onehot"},"categories":{"type":"array","items":{"$ref":"#/definitions/texts"}}},"required":["port","kind","categories"]},{"properties":{"port":{"type":"string"},"kind":{"const":"scale"},"factor":{"type":"number"}},"required":["port","kind","factor"]},{"properties":{"port":{"type":"string"},"kind":{"const":"gray"}},"required":["port","kind"]},{"properties":{"port":{"type":"string"},"kind":{"const":"resize"},"size":{"type":"array","items":[{"type":"integer"},{"type":"integer"}],"minItems":2,"maxItems":2}},"required":["port","kind","size"]},{"properties":{"port":{"type":"string"},"kind":{"const":"standardize"},"mean":{"$ref":"#/definitions/numbers"},"deviation":{"$ref":"#/definitions/numbers"}},"required":["port","kind","mean","deviation"]},{"properties":{"port":{"type":"string"},"kind":{"const":"impute"},"fill":{"$ref":"#/definitions/numbers"},"flag":{"type":"string"}},"required":["port","kind","fill"]},{"properties":{"port":{"type":"string"},"kind":{"const":"lengths"},"mask":{"type":"string"}},"required":["port","kind","mask"]},{"properties":{"port":{"type":"string"},"kind":{"const":"minmax"},"low":{"$ref":"#/definitions/numbers"},"span":{"$ref":"#/definitions/numbers"}},"required":["port","kind","low","span"]},{"properties":{"port":{"type":"string"},"kind":{"const":"tokens"},"mask":{"type":"string"},"words":{"$ref":"#/definitions/texts"},"pad":{"enum":["front","end"]}},"required":["port","kind","words","pad"]},{"properties":{"port":{"type":"string"},"kind":{"const":"chars"},"mask":{"type":"string"},"characters":{"$ref":"#/definitions/texts"},"pad":{"enum":["front","end"]}},"required":["port","kind","characters","pad"]},{"properties":{"port":{"type":"string"},"kind":{"const":"stream"},"mask":{"type":"string"},"characters":{"$ref":"#/definitions/texts"}},"required":["port","kind","characters"]},{"properties":{"port":{"type":"string"},"kind":{"const":"wordpiece"},"mask":{"type":"string"},"vocabulary":{"$ref":"#/definitions/texts"}},"required":["port","kind","vocabulary"]}]}}};
const schema13 = {"type":"object","oneOf":[{"properties":{"port":{"type":"string"},"kind":{"const":"classes"},"labels":{"$ref":"#/definitions/texts"},"leavesOut":{"const":true}},"required":["port","kind","labels"]},{"properties":{"port":{"type":"string"},"kind":{"const":"onehot"},"categories":{"type":"array","items":{"$ref":"#/definitions/texts"}}},"required":["port","kind","categories"]},{"properties":{"port":{"type":"string"},"kind":{"const":"scale"},"factor":{"type":"number"}},"required":["port","kind","factor"]},{"properties":{"port":{"type":"string"},"kind":{"const":"gray"}},"required":["port","kind"]},{"properties":{"port":{"type":"string"},"kind":{"const":"resize"},"size":{"type":"array","items":[{"type":"integer"},{"type":"integer"}],"minItems":2,"maxItems":2}},"required":["port","kind","size"]},{"properties":{"port":{"type":"string"},"kind":{"const":"standardize"},"mean":{"$ref":"#/definitions/numbers"},"deviation":{"$ref":"#/definitions/numbers"}},"required":["port","kind","mean","deviation"]},{"properties":{"port":{"type":"string"},"kind":{"const":"impute"},"fill":{"$ref":"#/definitions/numbers"},"flag":{"type":"string"}},"required":["port","kind","fill"]},{"properties":{"port":{"type":"string"},"kind":{"const":"lengths"},"mask":{"type":"string"}},"required":["port","kind","mask"]},{"properties":{"port":{"type":"string"},"kind":{"const":"minmax"},"low":{"$ref":"#/definitions/numbers"},"span":{"$ref":"#/definitions/numbers"}},"required":["port","kind","low","span"]},{"properties":{"port":{"type":"string"},"kind":{"const":"tokens"},"mask":{"type":"string"},"words":{"$ref":"#/definitions/texts"},"pad":{"enum":["front","end"]}},"required":["port","kind","words","pad"]},{"properties":{"port":{"type":"string"},"kind":{"const":"chars"},"mask":{"type":"string"},"characters":{"$ref":"#/definitions/texts"},"pad":{"enum":["front","end"]}},"required":["port","kind","characters","pad"]},{"properties":{"port":{"type":"string"},"kind":{"const":"stream"},"mask":{"type":"string"},"characters":{"$ref":"#/definitions/texts"}},"required":["port","kind","characters"]},{"properties":{"port":{"type":"string"},"kind":{"const":"wordpiece"},"mask":{"type":"string"},"vocabulary":{"$ref":"#/definitions/texts"}},"required":["port","kind","vocabulary"]}]};
const schema14 = {"type":"array","items":{"type":"string"}};
const schema16 = {"type":"array","items":{"type":"number"}};

function validate12(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(!(data && typeof data == "object" && !Array.isArray(data))){
validate12.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
const _errs1 = errors;
let valid0 = false;
let passing0 = null;
const _errs2 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((data.port === undefined) && (missing0 = "port")) || ((data.kind === undefined) && (missing0 = "kind"))) || ((data.labels === undefined) && (missing0 = "labels"))){
const err0 = {instancePath,schemaPath:"#/oneOf/0/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
else {
if(data.port !== undefined){
const _errs3 = errors;
if(typeof data.port !== "string"){
const err1 = {instancePath:instancePath+"/port",schemaPath:"#/oneOf/0/properties/port/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
var valid1 = _errs3 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data.kind !== undefined){
const _errs5 = errors;
if("classes" !== data.kind){
const err2 = {instancePath:instancePath+"/kind",schemaPath:"#/oneOf/0/properties/kind/const",keyword:"const",params:{allowedValue: "classes"},message:"must be equal to constant"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
var valid1 = _errs5 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data.labels !== undefined){
let data2 = data.labels;
const _errs6 = errors;
const _errs7 = errors;
if(errors === _errs7){
if(Array.isArray(data2)){
var valid3 = true;
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
const _errs9 = errors;
if(typeof data2[i0] !== "string"){
const err3 = {instancePath:instancePath+"/labels/" + i0,schemaPath:"#/definitions/texts/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
var valid3 = _errs9 === errors;
if(!valid3){
break;
}
}
}
else {
const err4 = {instancePath:instancePath+"/labels",schemaPath:"#/definitions/texts/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
var valid1 = _errs6 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data.leavesOut !== undefined){
const _errs11 = errors;
if(true !== data.leavesOut){
const err5 = {instancePath:instancePath+"/leavesOut",schemaPath:"#/oneOf/0/properties/leavesOut/const",keyword:"const",params:{allowedValue: true},message:"must be equal to constant"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
var valid1 = _errs11 === errors;
}
else {
var valid1 = true;
}
}
}
}
}
}
var _valid0 = _errs2 === errors;
if(_valid0){
valid0 = true;
passing0 = 0;
}
const _errs12 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
let missing1;
if((((data.port === undefined) && (missing1 = "port")) || ((data.kind === undefined) && (missing1 = "kind"))) || ((data.categories === undefined) && (missing1 = "categories"))){
const err6 = {instancePath,schemaPath:"#/oneOf/1/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
else {
if(data.port !== undefined){
const _errs13 = errors;
if(typeof data.port !== "string"){
const err7 = {instancePath:instancePath+"/port",schemaPath:"#/oneOf/1/properties/port/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
var valid4 = _errs13 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data.kind !== undefined){
const _errs15 = errors;
if("onehot" !== data.kind){
const err8 = {instancePath:instancePath+"/kind",schemaPath:"#/oneOf/1/properties/kind/const",keyword:"const",params:{allowedValue: "onehot"},message:"must be equal to constant"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
var valid4 = _errs15 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data.categories !== undefined){
let data7 = data.categories;
const _errs16 = errors;
if(errors === _errs16){
if(Array.isArray(data7)){
var valid5 = true;
const len1 = data7.length;
for(let i1=0; i1<len1; i1++){
let data8 = data7[i1];
const _errs18 = errors;
const _errs19 = errors;
if(errors === _errs19){
if(Array.isArray(data8)){
var valid7 = true;
const len2 = data8.length;
for(let i2=0; i2<len2; i2++){
const _errs21 = errors;
if(typeof data8[i2] !== "string"){
const err9 = {instancePath:instancePath+"/categories/" + i1+"/" + i2,schemaPath:"#/definitions/texts/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
var valid7 = _errs21 === errors;
if(!valid7){
break;
}
}
}
else {
const err10 = {instancePath:instancePath+"/categories/" + i1,schemaPath:"#/definitions/texts/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
var valid5 = _errs18 === errors;
if(!valid5){
break;
}
}
}
else {
const err11 = {instancePath:instancePath+"/categories",schemaPath:"#/oneOf/1/properties/categories/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
var valid4 = _errs16 === errors;
}
else {
var valid4 = true;
}
}
}
}
}
var _valid0 = _errs12 === errors;
if(_valid0 && valid0){
valid0 = false;
passing0 = [passing0, 1];
}
else {
if(_valid0){
valid0 = true;
passing0 = 1;
}
const _errs23 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
let missing2;
if((((data.port === undefined) && (missing2 = "port")) || ((data.kind === undefined) && (missing2 = "kind"))) || ((data.factor === undefined) && (missing2 = "factor"))){
const err12 = {instancePath,schemaPath:"#/oneOf/2/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
else {
if(data.port !== undefined){
const _errs24 = errors;
if(typeof data.port !== "string"){
const err13 = {instancePath:instancePath+"/port",schemaPath:"#/oneOf/2/properties/port/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
var valid8 = _errs24 === errors;
}
else {
var valid8 = true;
}
if(valid8){
if(data.kind !== undefined){
const _errs26 = errors;
if("scale" !== data.kind){
const err14 = {instancePath:instancePath+"/kind",schemaPath:"#/oneOf/2/properties/kind/const",keyword:"const",params:{allowedValue: "scale"},message:"must be equal to constant"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
var valid8 = _errs26 === errors;
}
else {
var valid8 = true;
}
if(valid8){
if(data.factor !== undefined){
let data12 = data.factor;
const _errs27 = errors;
if(!((typeof data12 == "number") && (isFinite(data12)))){
const err15 = {instancePath:instancePath+"/factor",schemaPath:"#/oneOf/2/properties/factor/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
var valid8 = _errs27 === errors;
}
else {
var valid8 = true;
}
}
}
}
}
var _valid0 = _errs23 === errors;
if(_valid0 && valid0){
valid0 = false;
passing0 = [passing0, 2];
}
else {
if(_valid0){
valid0 = true;
passing0 = 2;
}
const _errs29 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
let missing3;
if(((data.port === undefined) && (missing3 = "port")) || ((data.kind === undefined) && (missing3 = "kind"))){
const err16 = {instancePath,schemaPath:"#/oneOf/3/required",keyword:"required",params:{missingProperty: missing3},message:"must have required property '"+missing3+"'"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
else {
if(data.port !== undefined){
const _errs30 = errors;
if(typeof data.port !== "string"){
const err17 = {instancePath:instancePath+"/port",schemaPath:"#/oneOf/3/properties/port/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
var valid9 = _errs30 === errors;
}
else {
var valid9 = true;
}
if(valid9){
if(data.kind !== undefined){
const _errs32 = errors;
if("gray" !== data.kind){
const err18 = {instancePath:instancePath+"/kind",schemaPath:"#/oneOf/3/properties/kind/const",keyword:"const",params:{allowedValue: "gray"},message:"must be equal to constant"};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
var valid9 = _errs32 === errors;
}
else {
var valid9 = true;
}
}
}
}
var _valid0 = _errs29 === errors;
if(_valid0 && valid0){
valid0 = false;
passing0 = [passing0, 3];
}
else {
if(_valid0){
valid0 = true;
passing0 = 3;
}
const _errs33 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
let missing4;
if((((data.port === undefined) && (missing4 = "port")) || ((data.kind === undefined) && (missing4 = "kind"))) || ((data.size === undefined) && (missing4 = "size"))){
const err19 = {instancePath,schemaPath:"#/oneOf/4/required",keyword:"required",params:{missingProperty: missing4},message:"must have required property '"+missing4+"'"};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
else {
if(data.port !== undefined){
const _errs34 = errors;
if(typeof data.port !== "string"){
const err20 = {instancePath:instancePath+"/port",schemaPath:"#/oneOf/4/properties/port/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
var valid10 = _errs34 === errors;
}
else {
var valid10 = true;
}
if(valid10){
if(data.kind !== undefined){
const _errs36 = errors;
if("resize" !== data.kind){
const err21 = {instancePath:instancePath+"/kind",schemaPath:"#/oneOf/4/properties/kind/const",keyword:"const",params:{allowedValue: "resize"},message:"must be equal to constant"};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
var valid10 = _errs36 === errors;
}
else {
var valid10 = true;
}
if(valid10){
if(data.size !== undefined){
let data17 = data.size;
const _errs37 = errors;
if(errors === _errs37){
if(Array.isArray(data17)){
if(data17.length > 2){
const err22 = {instancePath:instancePath+"/size",schemaPath:"#/oneOf/4/properties/size/maxItems",keyword:"maxItems",params:{limit: 2},message:"must NOT have more than 2 items"};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
else {
if(data17.length < 2){
const err23 = {instancePath:instancePath+"/size",schemaPath:"#/oneOf/4/properties/size/minItems",keyword:"minItems",params:{limit: 2},message:"must NOT have fewer than 2 items"};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
else {
const len3 = data17.length;
if(len3 > 0){
let data18 = data17[0];
const _errs39 = errors;
if(!(((typeof data18 == "number") && (!(data18 % 1) && !isNaN(data18))) && (isFinite(data18)))){
const err24 = {instancePath:instancePath+"/size/0",schemaPath:"#/oneOf/4/properties/size/items/0/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
var valid11 = _errs39 === errors;
}
if(valid11){
if(len3 > 1){
let data19 = data17[1];
const _errs41 = errors;
if(!(((typeof data19 == "number") && (!(data19 % 1) && !isNaN(data19))) && (isFinite(data19)))){
const err25 = {instancePath:instancePath+"/size/1",schemaPath:"#/oneOf/4/properties/size/items/1/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
var valid11 = _errs41 === errors;
}
}
}
}
}
else {
const err26 = {instancePath:instancePath+"/size",schemaPath:"#/oneOf/4/properties/size/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
var valid10 = _errs37 === errors;
}
else {
var valid10 = true;
}
}
}
}
}
var _valid0 = _errs33 === errors;
if(_valid0 && valid0){
valid0 = false;
passing0 = [passing0, 4];
}
else {
if(_valid0){
valid0 = true;
passing0 = 4;
}
const _errs43 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
let missing5;
if(((((data.port === undefined) && (missing5 = "port")) || ((data.kind === undefined) && (missing5 = "kind"))) || ((data.mean === undefined) && (missing5 = "mean"))) || ((data.deviation === undefined) && (missing5 = "deviation"))){
const err27 = {instancePath,schemaPath:"#/oneOf/5/required",keyword:"required",params:{missingProperty: missing5},message:"must have required property '"+missing5+"'"};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
else {
if(data.port !== undefined){
const _errs44 = errors;
if(typeof data.port !== "string"){
const err28 = {instancePath:instancePath+"/port",schemaPath:"#/oneOf/5/properties/port/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
var valid12 = _errs44 === errors;
}
else {
var valid12 = true;
}
if(valid12){
if(data.kind !== undefined){
const _errs46 = errors;
if("standardize" !== data.kind){
const err29 = {instancePath:instancePath+"/kind",schemaPath:"#/oneOf/5/properties/kind/const",keyword:"const",params:{allowedValue: "standardize"},message:"must be equal to constant"};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
var valid12 = _errs46 === errors;
}
else {
var valid12 = true;
}
if(valid12){
if(data.mean !== undefined){
let data22 = data.mean;
const _errs47 = errors;
const _errs48 = errors;
if(errors === _errs48){
if(Array.isArray(data22)){
var valid14 = true;
const len4 = data22.length;
for(let i3=0; i3<len4; i3++){
let data23 = data22[i3];
const _errs50 = errors;
if(!((typeof data23 == "number") && (isFinite(data23)))){
const err30 = {instancePath:instancePath+"/mean/" + i3,schemaPath:"#/definitions/numbers/items/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
var valid14 = _errs50 === errors;
if(!valid14){
break;
}
}
}
else {
const err31 = {instancePath:instancePath+"/mean",schemaPath:"#/definitions/numbers/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
var valid12 = _errs47 === errors;
}
else {
var valid12 = true;
}
if(valid12){
if(data.deviation !== undefined){
let data24 = data.deviation;
const _errs52 = errors;
const _errs53 = errors;
if(errors === _errs53){
if(Array.isArray(data24)){
var valid16 = true;
const len5 = data24.length;
for(let i4=0; i4<len5; i4++){
let data25 = data24[i4];
const _errs55 = errors;
if(!((typeof data25 == "number") && (isFinite(data25)))){
const err32 = {instancePath:instancePath+"/deviation/" + i4,schemaPath:"#/definitions/numbers/items/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
var valid16 = _errs55 === errors;
if(!valid16){
break;
}
}
}
else {
const err33 = {instancePath:instancePath+"/deviation",schemaPath:"#/definitions/numbers/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
var valid12 = _errs52 === errors;
}
else {
var valid12 = true;
}
}
}
}
}
}
var _valid0 = _errs43 === errors;
if(_valid0 && valid0){
valid0 = false;
passing0 = [passing0, 5];
}
else {
if(_valid0){
valid0 = true;
passing0 = 5;
}
const _errs57 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
let missing6;
if((((data.port === undefined) && (missing6 = "port")) || ((data.kind === undefined) && (missing6 = "kind"))) || ((data.fill === undefined) && (missing6 = "fill"))){
const err34 = {instancePath,schemaPath:"#/oneOf/6/required",keyword:"required",params:{missingProperty: missing6},message:"must have required property '"+missing6+"'"};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
else {
if(data.port !== undefined){
const _errs58 = errors;
if(typeof data.port !== "string"){
const err35 = {instancePath:instancePath+"/port",schemaPath:"#/oneOf/6/properties/port/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
var valid17 = _errs58 === errors;
}
else {
var valid17 = true;
}
if(valid17){
if(data.kind !== undefined){
const _errs60 = errors;
if("impute" !== data.kind){
const err36 = {instancePath:instancePath+"/kind",schemaPath:"#/oneOf/6/properties/kind/const",keyword:"const",params:{allowedValue: "impute"},message:"must be equal to constant"};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
var valid17 = _errs60 === errors;
}
else {
var valid17 = true;
}
if(valid17){
if(data.fill !== undefined){
let data28 = data.fill;
const _errs61 = errors;
const _errs62 = errors;
if(errors === _errs62){
if(Array.isArray(data28)){
var valid19 = true;
const len6 = data28.length;
for(let i5=0; i5<len6; i5++){
let data29 = data28[i5];
const _errs64 = errors;
if(!((typeof data29 == "number") && (isFinite(data29)))){
const err37 = {instancePath:instancePath+"/fill/" + i5,schemaPath:"#/definitions/numbers/items/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
var valid19 = _errs64 === errors;
if(!valid19){
break;
}
}
}
else {
const err38 = {instancePath:instancePath+"/fill",schemaPath:"#/definitions/numbers/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
var valid17 = _errs61 === errors;
}
else {
var valid17 = true;
}
if(valid17){
if(data.flag !== undefined){
const _errs66 = errors;
if(typeof data.flag !== "string"){
const err39 = {instancePath:instancePath+"/flag",schemaPath:"#/oneOf/6/properties/flag/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
var valid17 = _errs66 === errors;
}
else {
var valid17 = true;
}
}
}
}
}
}
var _valid0 = _errs57 === errors;
if(_valid0 && valid0){
valid0 = false;
passing0 = [passing0, 6];
}
else {
if(_valid0){
valid0 = true;
passing0 = 6;
}
const _errs68 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
let missing7;
if((((data.port === undefined) && (missing7 = "port")) || ((data.kind === undefined) && (missing7 = "kind"))) || ((data.mask === undefined) && (missing7 = "mask"))){
const err40 = {instancePath,schemaPath:"#/oneOf/7/required",keyword:"required",params:{missingProperty: missing7},message:"must have required property '"+missing7+"'"};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
else {
if(data.port !== undefined){
const _errs69 = errors;
if(typeof data.port !== "string"){
const err41 = {instancePath:instancePath+"/port",schemaPath:"#/oneOf/7/properties/port/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
var valid20 = _errs69 === errors;
}
else {
var valid20 = true;
}
if(valid20){
if(data.kind !== undefined){
const _errs71 = errors;
if("lengths" !== data.kind){
const err42 = {instancePath:instancePath+"/kind",schemaPath:"#/oneOf/7/properties/kind/const",keyword:"const",params:{allowedValue: "lengths"},message:"must be equal to constant"};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
var valid20 = _errs71 === errors;
}
else {
var valid20 = true;
}
if(valid20){
if(data.mask !== undefined){
const _errs72 = errors;
if(typeof data.mask !== "string"){
const err43 = {instancePath:instancePath+"/mask",schemaPath:"#/oneOf/7/properties/mask/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
var valid20 = _errs72 === errors;
}
else {
var valid20 = true;
}
}
}
}
}
var _valid0 = _errs68 === errors;
if(_valid0 && valid0){
valid0 = false;
passing0 = [passing0, 7];
}
else {
if(_valid0){
valid0 = true;
passing0 = 7;
}
const _errs74 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
let missing8;
if(((((data.port === undefined) && (missing8 = "port")) || ((data.kind === undefined) && (missing8 = "kind"))) || ((data.low === undefined) && (missing8 = "low"))) || ((data.span === undefined) && (missing8 = "span"))){
const err44 = {instancePath,schemaPath:"#/oneOf/8/required",keyword:"required",params:{missingProperty: missing8},message:"must have required property '"+missing8+"'"};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
else {
if(data.port !== undefined){
const _errs75 = errors;
if(typeof data.port !== "string"){
const err45 = {instancePath:instancePath+"/port",schemaPath:"#/oneOf/8/properties/port/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
var valid21 = _errs75 === errors;
}
else {
var valid21 = true;
}
if(valid21){
if(data.kind !== undefined){
const _errs77 = errors;
if("minmax" !== data.kind){
const err46 = {instancePath:instancePath+"/kind",schemaPath:"#/oneOf/8/properties/kind/const",keyword:"const",params:{allowedValue: "minmax"},message:"must be equal to constant"};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
var valid21 = _errs77 === errors;
}
else {
var valid21 = true;
}
if(valid21){
if(data.low !== undefined){
let data36 = data.low;
const _errs78 = errors;
const _errs79 = errors;
if(errors === _errs79){
if(Array.isArray(data36)){
var valid23 = true;
const len7 = data36.length;
for(let i6=0; i6<len7; i6++){
let data37 = data36[i6];
const _errs81 = errors;
if(!((typeof data37 == "number") && (isFinite(data37)))){
const err47 = {instancePath:instancePath+"/low/" + i6,schemaPath:"#/definitions/numbers/items/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
var valid23 = _errs81 === errors;
if(!valid23){
break;
}
}
}
else {
const err48 = {instancePath:instancePath+"/low",schemaPath:"#/definitions/numbers/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
}
var valid21 = _errs78 === errors;
}
else {
var valid21 = true;
}
if(valid21){
if(data.span !== undefined){
let data38 = data.span;
const _errs83 = errors;
const _errs84 = errors;
if(errors === _errs84){
if(Array.isArray(data38)){
var valid25 = true;
const len8 = data38.length;
for(let i7=0; i7<len8; i7++){
let data39 = data38[i7];
const _errs86 = errors;
if(!((typeof data39 == "number") && (isFinite(data39)))){
const err49 = {instancePath:instancePath+"/span/" + i7,schemaPath:"#/definitions/numbers/items/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
var valid25 = _errs86 === errors;
if(!valid25){
break;
}
}
}
else {
const err50 = {instancePath:instancePath+"/span",schemaPath:"#/definitions/numbers/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
}
var valid21 = _errs83 === errors;
}
else {
var valid21 = true;
}
}
}
}
}
}
var _valid0 = _errs74 === errors;
if(_valid0 && valid0){
valid0 = false;
passing0 = [passing0, 8];
}
else {
if(_valid0){
valid0 = true;
passing0 = 8;
}
const _errs88 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
let missing9;
if(((((data.port === undefined) && (missing9 = "port")) || ((data.kind === undefined) && (missing9 = "kind"))) || ((data.words === undefined) && (missing9 = "words"))) || ((data.pad === undefined) && (missing9 = "pad"))){
const err51 = {instancePath,schemaPath:"#/oneOf/9/required",keyword:"required",params:{missingProperty: missing9},message:"must have required property '"+missing9+"'"};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
else {
if(data.port !== undefined){
const _errs89 = errors;
if(typeof data.port !== "string"){
const err52 = {instancePath:instancePath+"/port",schemaPath:"#/oneOf/9/properties/port/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
var valid26 = _errs89 === errors;
}
else {
var valid26 = true;
}
if(valid26){
if(data.kind !== undefined){
const _errs91 = errors;
if("tokens" !== data.kind){
const err53 = {instancePath:instancePath+"/kind",schemaPath:"#/oneOf/9/properties/kind/const",keyword:"const",params:{allowedValue: "tokens"},message:"must be equal to constant"};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
var valid26 = _errs91 === errors;
}
else {
var valid26 = true;
}
if(valid26){
if(data.mask !== undefined){
const _errs92 = errors;
if(typeof data.mask !== "string"){
const err54 = {instancePath:instancePath+"/mask",schemaPath:"#/oneOf/9/properties/mask/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
var valid26 = _errs92 === errors;
}
else {
var valid26 = true;
}
if(valid26){
if(data.words !== undefined){
let data43 = data.words;
const _errs94 = errors;
const _errs95 = errors;
if(errors === _errs95){
if(Array.isArray(data43)){
var valid28 = true;
const len9 = data43.length;
for(let i8=0; i8<len9; i8++){
const _errs97 = errors;
if(typeof data43[i8] !== "string"){
const err55 = {instancePath:instancePath+"/words/" + i8,schemaPath:"#/definitions/texts/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
var valid28 = _errs97 === errors;
if(!valid28){
break;
}
}
}
else {
const err56 = {instancePath:instancePath+"/words",schemaPath:"#/definitions/texts/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
}
var valid26 = _errs94 === errors;
}
else {
var valid26 = true;
}
if(valid26){
if(data.pad !== undefined){
let data45 = data.pad;
const _errs99 = errors;
if(!((data45 === "front") || (data45 === "end"))){
const err57 = {instancePath:instancePath+"/pad",schemaPath:"#/oneOf/9/properties/pad/enum",keyword:"enum",params:{allowedValues: schema13.oneOf[9].properties.pad.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
var valid26 = _errs99 === errors;
}
else {
var valid26 = true;
}
}
}
}
}
}
}
var _valid0 = _errs88 === errors;
if(_valid0 && valid0){
valid0 = false;
passing0 = [passing0, 9];
}
else {
if(_valid0){
valid0 = true;
passing0 = 9;
}
const _errs100 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
let missing10;
if(((((data.port === undefined) && (missing10 = "port")) || ((data.kind === undefined) && (missing10 = "kind"))) || ((data.characters === undefined) && (missing10 = "characters"))) || ((data.pad === undefined) && (missing10 = "pad"))){
const err58 = {instancePath,schemaPath:"#/oneOf/10/required",keyword:"required",params:{missingProperty: missing10},message:"must have required property '"+missing10+"'"};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
else {
if(data.port !== undefined){
const _errs101 = errors;
if(typeof data.port !== "string"){
const err59 = {instancePath:instancePath+"/port",schemaPath:"#/oneOf/10/properties/port/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
var valid29 = _errs101 === errors;
}
else {
var valid29 = true;
}
if(valid29){
if(data.kind !== undefined){
const _errs103 = errors;
if("chars" !== data.kind){
const err60 = {instancePath:instancePath+"/kind",schemaPath:"#/oneOf/10/properties/kind/const",keyword:"const",params:{allowedValue: "chars"},message:"must be equal to constant"};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
var valid29 = _errs103 === errors;
}
else {
var valid29 = true;
}
if(valid29){
if(data.mask !== undefined){
const _errs104 = errors;
if(typeof data.mask !== "string"){
const err61 = {instancePath:instancePath+"/mask",schemaPath:"#/oneOf/10/properties/mask/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
var valid29 = _errs104 === errors;
}
else {
var valid29 = true;
}
if(valid29){
if(data.characters !== undefined){
let data49 = data.characters;
const _errs106 = errors;
const _errs107 = errors;
if(errors === _errs107){
if(Array.isArray(data49)){
var valid31 = true;
const len10 = data49.length;
for(let i9=0; i9<len10; i9++){
const _errs109 = errors;
if(typeof data49[i9] !== "string"){
const err62 = {instancePath:instancePath+"/characters/" + i9,schemaPath:"#/definitions/texts/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
var valid31 = _errs109 === errors;
if(!valid31){
break;
}
}
}
else {
const err63 = {instancePath:instancePath+"/characters",schemaPath:"#/definitions/texts/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
}
var valid29 = _errs106 === errors;
}
else {
var valid29 = true;
}
if(valid29){
if(data.pad !== undefined){
let data51 = data.pad;
const _errs111 = errors;
if(!((data51 === "front") || (data51 === "end"))){
const err64 = {instancePath:instancePath+"/pad",schemaPath:"#/oneOf/10/properties/pad/enum",keyword:"enum",params:{allowedValues: schema13.oneOf[10].properties.pad.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
var valid29 = _errs111 === errors;
}
else {
var valid29 = true;
}
}
}
}
}
}
}
var _valid0 = _errs100 === errors;
if(_valid0 && valid0){
valid0 = false;
passing0 = [passing0, 10];
}
else {
if(_valid0){
valid0 = true;
passing0 = 10;
}
const _errs112 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
let missing11;
if((((data.port === undefined) && (missing11 = "port")) || ((data.kind === undefined) && (missing11 = "kind"))) || ((data.characters === undefined) && (missing11 = "characters"))){
const err65 = {instancePath,schemaPath:"#/oneOf/11/required",keyword:"required",params:{missingProperty: missing11},message:"must have required property '"+missing11+"'"};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
else {
if(data.port !== undefined){
const _errs113 = errors;
if(typeof data.port !== "string"){
const err66 = {instancePath:instancePath+"/port",schemaPath:"#/oneOf/11/properties/port/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
errors++;
}
var valid32 = _errs113 === errors;
}
else {
var valid32 = true;
}
if(valid32){
if(data.kind !== undefined){
const _errs115 = errors;
if("stream" !== data.kind){
const err67 = {instancePath:instancePath+"/kind",schemaPath:"#/oneOf/11/properties/kind/const",keyword:"const",params:{allowedValue: "stream"},message:"must be equal to constant"};
if(vErrors === null){
vErrors = [err67];
}
else {
vErrors.push(err67);
}
errors++;
}
var valid32 = _errs115 === errors;
}
else {
var valid32 = true;
}
if(valid32){
if(data.mask !== undefined){
const _errs116 = errors;
if(typeof data.mask !== "string"){
const err68 = {instancePath:instancePath+"/mask",schemaPath:"#/oneOf/11/properties/mask/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err68];
}
else {
vErrors.push(err68);
}
errors++;
}
var valid32 = _errs116 === errors;
}
else {
var valid32 = true;
}
if(valid32){
if(data.characters !== undefined){
let data55 = data.characters;
const _errs118 = errors;
const _errs119 = errors;
if(errors === _errs119){
if(Array.isArray(data55)){
var valid34 = true;
const len11 = data55.length;
for(let i10=0; i10<len11; i10++){
const _errs121 = errors;
if(typeof data55[i10] !== "string"){
const err69 = {instancePath:instancePath+"/characters/" + i10,schemaPath:"#/definitions/texts/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err69];
}
else {
vErrors.push(err69);
}
errors++;
}
var valid34 = _errs121 === errors;
if(!valid34){
break;
}
}
}
else {
const err70 = {instancePath:instancePath+"/characters",schemaPath:"#/definitions/texts/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err70];
}
else {
vErrors.push(err70);
}
errors++;
}
}
var valid32 = _errs118 === errors;
}
else {
var valid32 = true;
}
}
}
}
}
}
var _valid0 = _errs112 === errors;
if(_valid0 && valid0){
valid0 = false;
passing0 = [passing0, 11];
}
else {
if(_valid0){
valid0 = true;
passing0 = 11;
}
const _errs123 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
let missing12;
if((((data.port === undefined) && (missing12 = "port")) || ((data.kind === undefined) && (missing12 = "kind"))) || ((data.vocabulary === undefined) && (missing12 = "vocabulary"))){
const err71 = {instancePath,schemaPath:"#/oneOf/12/required",keyword:"required",params:{missingProperty: missing12},message:"must have required property '"+missing12+"'"};
if(vErrors === null){
vErrors = [err71];
}
else {
vErrors.push(err71);
}
errors++;
}
else {
if(data.port !== undefined){
const _errs124 = errors;
if(typeof data.port !== "string"){
const err72 = {instancePath:instancePath+"/port",schemaPath:"#/oneOf/12/properties/port/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err72];
}
else {
vErrors.push(err72);
}
errors++;
}
var valid35 = _errs124 === errors;
}
else {
var valid35 = true;
}
if(valid35){
if(data.kind !== undefined){
const _errs126 = errors;
if("wordpiece" !== data.kind){
const err73 = {instancePath:instancePath+"/kind",schemaPath:"#/oneOf/12/properties/kind/const",keyword:"const",params:{allowedValue: "wordpiece"},message:"must be equal to constant"};
if(vErrors === null){
vErrors = [err73];
}
else {
vErrors.push(err73);
}
errors++;
}
var valid35 = _errs126 === errors;
}
else {
var valid35 = true;
}
if(valid35){
if(data.mask !== undefined){
const _errs127 = errors;
if(typeof data.mask !== "string"){
const err74 = {instancePath:instancePath+"/mask",schemaPath:"#/oneOf/12/properties/mask/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err74];
}
else {
vErrors.push(err74);
}
errors++;
}
var valid35 = _errs127 === errors;
}
else {
var valid35 = true;
}
if(valid35){
if(data.vocabulary !== undefined){
let data60 = data.vocabulary;
const _errs129 = errors;
const _errs130 = errors;
if(errors === _errs130){
if(Array.isArray(data60)){
var valid37 = true;
const len12 = data60.length;
for(let i11=0; i11<len12; i11++){
const _errs132 = errors;
if(typeof data60[i11] !== "string"){
const err75 = {instancePath:instancePath+"/vocabulary/" + i11,schemaPath:"#/definitions/texts/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err75];
}
else {
vErrors.push(err75);
}
errors++;
}
var valid37 = _errs132 === errors;
if(!valid37){
break;
}
}
}
else {
const err76 = {instancePath:instancePath+"/vocabulary",schemaPath:"#/definitions/texts/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err76];
}
else {
vErrors.push(err76);
}
errors++;
}
}
var valid35 = _errs129 === errors;
}
else {
var valid35 = true;
}
}
}
}
}
}
var _valid0 = _errs123 === errors;
if(_valid0 && valid0){
valid0 = false;
passing0 = [passing0, 12];
}
else {
if(_valid0){
valid0 = true;
passing0 = 12;
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
if(!valid0){
const err77 = {instancePath,schemaPath:"#/oneOf",keyword:"oneOf",params:{passingSchemas: passing0},message:"must match exactly one schema in oneOf"};
if(vErrors === null){
vErrors = [err77];
}
else {
vErrors.push(err77);
}
errors++;
validate12.errors = vErrors;
return false;
}
else {
errors = _errs1;
if(vErrors !== null){
if(_errs1){
vErrors.length = _errs1;
}
else {
vErrors = null;
}
}
}
validate12.errors = vErrors;
return errors === 0;
}


function validate11(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="manifest" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((((((((((((data.format === undefined) && (missing0 = "format")) || ((data.model === undefined) && (missing0 = "model"))) || ((data.source === undefined) && (missing0 = "source"))) || ((data.backend === undefined) && (missing0 = "backend"))) || ((data.kernelSet === undefined) && (missing0 = "kernelSet"))) || ((data.seed === undefined) && (missing0 = "seed"))) || ((data.t === undefined) && (missing0 = "t"))) || ((data.epoch === undefined) && (missing0 = "epoch"))) || ((data.finished === undefined) && (missing0 = "finished"))) || ((data.figures === undefined) && (missing0 = "figures"))) || ((data.columns === undefined) && (missing0 = "columns"))) || ((data.prep === undefined) && (missing0 = "prep"))){
validate11.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
if(data.format !== undefined){
const _errs1 = errors;
if(1 !== data.format){
validate11.errors = [{instancePath:instancePath+"/format",schemaPath:"#/properties/format/const",keyword:"const",params:{allowedValue: 1},message:"must be equal to constant"}];
return false;
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.model !== undefined){
const _errs2 = errors;
if(typeof data.model !== "string"){
validate11.errors = [{instancePath:instancePath+"/model",schemaPath:"#/properties/model/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.source !== undefined){
let data2 = data.source;
const _errs4 = errors;
if(errors === _errs4){
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
let missing1;
if(((((data2.file === undefined) && (missing1 = "file")) || ((data2.hash === undefined) && (missing1 = "hash"))) || ((data2.compiler === undefined) && (missing1 = "compiler"))) || ((data2.settings === undefined) && (missing1 = "settings"))){
validate11.errors = [{instancePath:instancePath+"/source",schemaPath:"#/properties/source/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'"}];
return false;
}
else {
if(data2.file !== undefined){
const _errs6 = errors;
if(typeof data2.file !== "string"){
validate11.errors = [{instancePath:instancePath+"/source/file",schemaPath:"#/properties/source/properties/file/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid1 = _errs6 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data2.hash !== undefined){
const _errs8 = errors;
if(typeof data2.hash !== "string"){
validate11.errors = [{instancePath:instancePath+"/source/hash",schemaPath:"#/properties/source/properties/hash/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid1 = _errs8 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data2.compiler !== undefined){
const _errs10 = errors;
if(typeof data2.compiler !== "string"){
validate11.errors = [{instancePath:instancePath+"/source/compiler",schemaPath:"#/properties/source/properties/compiler/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid1 = _errs10 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data2.settings !== undefined){
let data6 = data2.settings;
const _errs12 = errors;
if(errors === _errs12){
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
for(const key0 in data6){
let data7 = data6[key0];
const _errs15 = errors;
if(!((typeof data7 == "number") && (isFinite(data7)))){
validate11.errors = [{instancePath:instancePath+"/source/settings/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/source/properties/settings/additionalProperties/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
var valid2 = _errs15 === errors;
if(!valid2){
break;
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/source/settings",schemaPath:"#/properties/source/properties/settings/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid1 = _errs12 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data2.text !== undefined){
const _errs17 = errors;
if(typeof data2.text !== "string"){
validate11.errors = [{instancePath:instancePath+"/source/text",schemaPath:"#/properties/source/properties/text/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid1 = _errs17 === errors;
}
else {
var valid1 = true;
}
}
}
}
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/source",schemaPath:"#/properties/source/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.backend !== undefined){
const _errs19 = errors;
if(typeof data.backend !== "string"){
validate11.errors = [{instancePath:instancePath+"/backend",schemaPath:"#/properties/backend/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid0 = _errs19 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.kernelSet !== undefined){
const _errs21 = errors;
if(typeof data.kernelSet !== "string"){
validate11.errors = [{instancePath:instancePath+"/kernelSet",schemaPath:"#/properties/kernelSet/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid0 = _errs21 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.seed !== undefined){
let data11 = data.seed;
const _errs23 = errors;
if(!((typeof data11 == "number") && (isFinite(data11)))){
validate11.errors = [{instancePath:instancePath+"/seed",schemaPath:"#/properties/seed/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
var valid0 = _errs23 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.t !== undefined){
let data12 = data.t;
const _errs25 = errors;
if(!(((typeof data12 == "number") && (!(data12 % 1) && !isNaN(data12))) && (isFinite(data12)))){
validate11.errors = [{instancePath:instancePath+"/t",schemaPath:"#/properties/t/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs25){
if((typeof data12 == "number") && (isFinite(data12))){
if(data12 < 0 || isNaN(data12)){
validate11.errors = [{instancePath:instancePath+"/t",schemaPath:"#/properties/t/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
var valid0 = _errs25 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.epoch !== undefined){
let data13 = data.epoch;
const _errs27 = errors;
if(!(((typeof data13 == "number") && (!(data13 % 1) && !isNaN(data13))) && (isFinite(data13)))){
validate11.errors = [{instancePath:instancePath+"/epoch",schemaPath:"#/properties/epoch/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs27){
if((typeof data13 == "number") && (isFinite(data13))){
if(data13 < 0 || isNaN(data13)){
validate11.errors = [{instancePath:instancePath+"/epoch",schemaPath:"#/properties/epoch/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
var valid0 = _errs27 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.finished !== undefined){
const _errs29 = errors;
if(typeof data.finished !== "boolean"){
validate11.errors = [{instancePath:instancePath+"/finished",schemaPath:"#/properties/finished/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"}];
return false;
}
var valid0 = _errs29 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.figures !== undefined){
let data15 = data.figures;
const _errs31 = errors;
if(errors === _errs31){
if(data15 && typeof data15 == "object" && !Array.isArray(data15)){
for(const key1 in data15){
let data16 = data15[key1];
const _errs34 = errors;
if((!((typeof data16 == "number") && (isFinite(data16)))) && (data16 !== null)){
validate11.errors = [{instancePath:instancePath+"/figures/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/figures/additionalProperties/type",keyword:"type",params:{type: schema12.properties.figures.additionalProperties.type},message:"must be number,null"}];
return false;
}
var valid3 = _errs34 === errors;
if(!valid3){
break;
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/figures",schemaPath:"#/properties/figures/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid0 = _errs31 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.columns !== undefined){
let data17 = data.columns;
const _errs36 = errors;
if(errors === _errs36){
if(data17 && typeof data17 == "object" && !Array.isArray(data17)){
for(const key2 in data17){
let data18 = data17[key2];
const _errs39 = errors;
if(errors === _errs39){
if(Array.isArray(data18)){
var valid5 = true;
const len0 = data18.length;
for(let i0=0; i0<len0; i0++){
const _errs41 = errors;
if(typeof data18[i0] !== "string"){
validate11.errors = [{instancePath:instancePath+"/columns/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + i0,schemaPath:"#/properties/columns/additionalProperties/items/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid5 = _errs41 === errors;
if(!valid5){
break;
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/columns/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/columns/additionalProperties/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid4 = _errs39 === errors;
if(!valid4){
break;
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/columns",schemaPath:"#/properties/columns/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid0 = _errs36 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.prep !== undefined){
let data20 = data.prep;
const _errs43 = errors;
if(errors === _errs43){
if(Array.isArray(data20)){
var valid6 = true;
const len1 = data20.length;
for(let i1=0; i1<len1; i1++){
const _errs45 = errors;
if(!(validate12(data20[i1], {instancePath:instancePath+"/prep/" + i1,parentData:data20,parentDataProperty:i1,rootData}))){
vErrors = vErrors === null ? validate12.errors : vErrors.concat(validate12.errors);
errors = vErrors.length;
}
var valid6 = _errs45 === errors;
if(!valid6){
break;
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/prep",schemaPath:"#/properties/prep/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs43 === errors;
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
else {
validate11.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate11.errors = vErrors;
return errors === 0;
}


const schema25 = {"$id":"runState","title":"Where a run stands; kept in the metadata of checkpoint.safetensors","type":"object","properties":{"format":{"const":2},"file":{"type":"string"},"hash":{"type":"string"},"settings":{"type":"object","additionalProperties":{"type":"number"}},"backend":{"type":"string"},"kernelSet":{"type":"string"},"seed":{"$ref":"#/definitions/count"},"epochs":{"$ref":"#/definitions/place"},"t":{"$ref":"#/definitions/count"},"microBatches":{"$ref":"#/definitions/count"},"epoch":{"$ref":"#/definitions/place"},"batch":{"$ref":"#/definitions/count"},"lossSum":{"type":"number"},"rows":{"$ref":"#/definitions/count"},"stale":{"$ref":"#/definitions/count"},"best":{"type":"object","properties":{"epoch":{"$ref":"#/definitions/place"},"value":{"type":"number"}},"required":["epoch","value"]},"phase":{"type":"object","properties":{"at":{"$ref":"#/definitions/count"},"before":{"$ref":"#/definitions/count"}},"required":["at","before"]},"steps":{"type":"object","additionalProperties":{"type":"object","properties":{"t":{"$ref":"#/definitions/count"},"runs":{"$ref":"#/definitions/count"}},"required":["t","runs"]}},"lossSums":{"type":"object","additionalProperties":{"type":"number"}},"plateaus":{"type":"object","additionalProperties":{"type":"object","properties":{"factor":{"type":"number","minimum":0,"maximum":1},"best":{"type":"number"},"stale":{"$ref":"#/definitions/count"}},"required":["factor","stale"]}},"tally":{"type":"object","properties":{"batches":{"$ref":"#/definitions/place"},"rows":{"$ref":"#/definitions/place"}},"required":["batches","rows"]},"data":{"type":"object","properties":{"rows":{"$ref":"#/definitions/place"},"columns":{"$ref":"#/definitions/lists"},"ports":{"$ref":"#/definitions/lists"}},"required":["rows","columns","ports"]},"finished":{"type":"boolean"}},"required":["format","file","hash","settings","backend","kernelSet","seed","epochs","t","microBatches","epoch","batch","lossSum","rows","stale","data","finished"],"definitions":{"count":{"type":"integer","minimum":0,"maximum":9007199254740991},"place":{"type":"integer","minimum":1,"maximum":9007199254740991},"lists":{"type":"object","additionalProperties":{"type":"array","items":{"type":"string"}}}}};
const schema26 = {"type":"integer","minimum":0,"maximum":9007199254740991};
const schema27 = {"type":"integer","minimum":1,"maximum":9007199254740991};
const schema43 = {"type":"object","additionalProperties":{"type":"array","items":{"type":"string"}}};

function validate14(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="runState" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((((((((((((((((data.format === undefined) && (missing0 = "format")) || ((data.file === undefined) && (missing0 = "file"))) || ((data.hash === undefined) && (missing0 = "hash"))) || ((data.settings === undefined) && (missing0 = "settings"))) || ((data.backend === undefined) && (missing0 = "backend"))) || ((data.kernelSet === undefined) && (missing0 = "kernelSet"))) || ((data.seed === undefined) && (missing0 = "seed"))) || ((data.epochs === undefined) && (missing0 = "epochs"))) || ((data.t === undefined) && (missing0 = "t"))) || ((data.microBatches === undefined) && (missing0 = "microBatches"))) || ((data.epoch === undefined) && (missing0 = "epoch"))) || ((data.batch === undefined) && (missing0 = "batch"))) || ((data.lossSum === undefined) && (missing0 = "lossSum"))) || ((data.rows === undefined) && (missing0 = "rows"))) || ((data.stale === undefined) && (missing0 = "stale"))) || ((data.data === undefined) && (missing0 = "data"))) || ((data.finished === undefined) && (missing0 = "finished"))){
validate14.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
if(data.format !== undefined){
const _errs1 = errors;
if(2 !== data.format){
validate14.errors = [{instancePath:instancePath+"/format",schemaPath:"#/properties/format/const",keyword:"const",params:{allowedValue: 2},message:"must be equal to constant"}];
return false;
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.file !== undefined){
const _errs2 = errors;
if(typeof data.file !== "string"){
validate14.errors = [{instancePath:instancePath+"/file",schemaPath:"#/properties/file/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.hash !== undefined){
const _errs4 = errors;
if(typeof data.hash !== "string"){
validate14.errors = [{instancePath:instancePath+"/hash",schemaPath:"#/properties/hash/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.settings !== undefined){
let data3 = data.settings;
const _errs6 = errors;
if(errors === _errs6){
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
for(const key0 in data3){
let data4 = data3[key0];
const _errs9 = errors;
if(!((typeof data4 == "number") && (isFinite(data4)))){
validate14.errors = [{instancePath:instancePath+"/settings/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/settings/additionalProperties/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
var valid1 = _errs9 === errors;
if(!valid1){
break;
}
}
}
else {
validate14.errors = [{instancePath:instancePath+"/settings",schemaPath:"#/properties/settings/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.backend !== undefined){
const _errs11 = errors;
if(typeof data.backend !== "string"){
validate14.errors = [{instancePath:instancePath+"/backend",schemaPath:"#/properties/backend/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid0 = _errs11 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.kernelSet !== undefined){
const _errs13 = errors;
if(typeof data.kernelSet !== "string"){
validate14.errors = [{instancePath:instancePath+"/kernelSet",schemaPath:"#/properties/kernelSet/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid0 = _errs13 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.seed !== undefined){
let data7 = data.seed;
const _errs15 = errors;
const _errs16 = errors;
if(!(((typeof data7 == "number") && (!(data7 % 1) && !isNaN(data7))) && (isFinite(data7)))){
validate14.errors = [{instancePath:instancePath+"/seed",schemaPath:"#/definitions/count/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs16){
if((typeof data7 == "number") && (isFinite(data7))){
if(data7 > 9007199254740991 || isNaN(data7)){
validate14.errors = [{instancePath:instancePath+"/seed",schemaPath:"#/definitions/count/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"}];
return false;
}
else {
if(data7 < 0 || isNaN(data7)){
validate14.errors = [{instancePath:instancePath+"/seed",schemaPath:"#/definitions/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid0 = _errs15 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.epochs !== undefined){
let data8 = data.epochs;
const _errs18 = errors;
const _errs19 = errors;
if(!(((typeof data8 == "number") && (!(data8 % 1) && !isNaN(data8))) && (isFinite(data8)))){
validate14.errors = [{instancePath:instancePath+"/epochs",schemaPath:"#/definitions/place/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs19){
if((typeof data8 == "number") && (isFinite(data8))){
if(data8 > 9007199254740991 || isNaN(data8)){
validate14.errors = [{instancePath:instancePath+"/epochs",schemaPath:"#/definitions/place/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"}];
return false;
}
else {
if(data8 < 1 || isNaN(data8)){
validate14.errors = [{instancePath:instancePath+"/epochs",schemaPath:"#/definitions/place/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.t !== undefined){
let data9 = data.t;
const _errs21 = errors;
const _errs22 = errors;
if(!(((typeof data9 == "number") && (!(data9 % 1) && !isNaN(data9))) && (isFinite(data9)))){
validate14.errors = [{instancePath:instancePath+"/t",schemaPath:"#/definitions/count/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs22){
if((typeof data9 == "number") && (isFinite(data9))){
if(data9 > 9007199254740991 || isNaN(data9)){
validate14.errors = [{instancePath:instancePath+"/t",schemaPath:"#/definitions/count/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"}];
return false;
}
else {
if(data9 < 0 || isNaN(data9)){
validate14.errors = [{instancePath:instancePath+"/t",schemaPath:"#/definitions/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid0 = _errs21 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.microBatches !== undefined){
let data10 = data.microBatches;
const _errs24 = errors;
const _errs25 = errors;
if(!(((typeof data10 == "number") && (!(data10 % 1) && !isNaN(data10))) && (isFinite(data10)))){
validate14.errors = [{instancePath:instancePath+"/microBatches",schemaPath:"#/definitions/count/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs25){
if((typeof data10 == "number") && (isFinite(data10))){
if(data10 > 9007199254740991 || isNaN(data10)){
validate14.errors = [{instancePath:instancePath+"/microBatches",schemaPath:"#/definitions/count/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"}];
return false;
}
else {
if(data10 < 0 || isNaN(data10)){
validate14.errors = [{instancePath:instancePath+"/microBatches",schemaPath:"#/definitions/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid0 = _errs24 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.epoch !== undefined){
let data11 = data.epoch;
const _errs27 = errors;
const _errs28 = errors;
if(!(((typeof data11 == "number") && (!(data11 % 1) && !isNaN(data11))) && (isFinite(data11)))){
validate14.errors = [{instancePath:instancePath+"/epoch",schemaPath:"#/definitions/place/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs28){
if((typeof data11 == "number") && (isFinite(data11))){
if(data11 > 9007199254740991 || isNaN(data11)){
validate14.errors = [{instancePath:instancePath+"/epoch",schemaPath:"#/definitions/place/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"}];
return false;
}
else {
if(data11 < 1 || isNaN(data11)){
validate14.errors = [{instancePath:instancePath+"/epoch",schemaPath:"#/definitions/place/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid0 = _errs27 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.batch !== undefined){
let data12 = data.batch;
const _errs30 = errors;
const _errs31 = errors;
if(!(((typeof data12 == "number") && (!(data12 % 1) && !isNaN(data12))) && (isFinite(data12)))){
validate14.errors = [{instancePath:instancePath+"/batch",schemaPath:"#/definitions/count/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs31){
if((typeof data12 == "number") && (isFinite(data12))){
if(data12 > 9007199254740991 || isNaN(data12)){
validate14.errors = [{instancePath:instancePath+"/batch",schemaPath:"#/definitions/count/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"}];
return false;
}
else {
if(data12 < 0 || isNaN(data12)){
validate14.errors = [{instancePath:instancePath+"/batch",schemaPath:"#/definitions/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid0 = _errs30 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.lossSum !== undefined){
let data13 = data.lossSum;
const _errs33 = errors;
if(!((typeof data13 == "number") && (isFinite(data13)))){
validate14.errors = [{instancePath:instancePath+"/lossSum",schemaPath:"#/properties/lossSum/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
var valid0 = _errs33 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.rows !== undefined){
let data14 = data.rows;
const _errs35 = errors;
const _errs36 = errors;
if(!(((typeof data14 == "number") && (!(data14 % 1) && !isNaN(data14))) && (isFinite(data14)))){
validate14.errors = [{instancePath:instancePath+"/rows",schemaPath:"#/definitions/count/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs36){
if((typeof data14 == "number") && (isFinite(data14))){
if(data14 > 9007199254740991 || isNaN(data14)){
validate14.errors = [{instancePath:instancePath+"/rows",schemaPath:"#/definitions/count/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"}];
return false;
}
else {
if(data14 < 0 || isNaN(data14)){
validate14.errors = [{instancePath:instancePath+"/rows",schemaPath:"#/definitions/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid0 = _errs35 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.stale !== undefined){
let data15 = data.stale;
const _errs38 = errors;
const _errs39 = errors;
if(!(((typeof data15 == "number") && (!(data15 % 1) && !isNaN(data15))) && (isFinite(data15)))){
validate14.errors = [{instancePath:instancePath+"/stale",schemaPath:"#/definitions/count/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs39){
if((typeof data15 == "number") && (isFinite(data15))){
if(data15 > 9007199254740991 || isNaN(data15)){
validate14.errors = [{instancePath:instancePath+"/stale",schemaPath:"#/definitions/count/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"}];
return false;
}
else {
if(data15 < 0 || isNaN(data15)){
validate14.errors = [{instancePath:instancePath+"/stale",schemaPath:"#/definitions/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid0 = _errs38 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.best !== undefined){
let data16 = data.best;
const _errs41 = errors;
if(errors === _errs41){
if(data16 && typeof data16 == "object" && !Array.isArray(data16)){
let missing1;
if(((data16.epoch === undefined) && (missing1 = "epoch")) || ((data16.value === undefined) && (missing1 = "value"))){
validate14.errors = [{instancePath:instancePath+"/best",schemaPath:"#/properties/best/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'"}];
return false;
}
else {
if(data16.epoch !== undefined){
let data17 = data16.epoch;
const _errs43 = errors;
const _errs44 = errors;
if(!(((typeof data17 == "number") && (!(data17 % 1) && !isNaN(data17))) && (isFinite(data17)))){
validate14.errors = [{instancePath:instancePath+"/best/epoch",schemaPath:"#/definitions/place/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs44){
if((typeof data17 == "number") && (isFinite(data17))){
if(data17 > 9007199254740991 || isNaN(data17)){
validate14.errors = [{instancePath:instancePath+"/best/epoch",schemaPath:"#/definitions/place/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"}];
return false;
}
else {
if(data17 < 1 || isNaN(data17)){
validate14.errors = [{instancePath:instancePath+"/best/epoch",schemaPath:"#/definitions/place/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid10 = _errs43 === errors;
}
else {
var valid10 = true;
}
if(valid10){
if(data16.value !== undefined){
let data18 = data16.value;
const _errs46 = errors;
if(!((typeof data18 == "number") && (isFinite(data18)))){
validate14.errors = [{instancePath:instancePath+"/best/value",schemaPath:"#/properties/best/properties/value/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
var valid10 = _errs46 === errors;
}
else {
var valid10 = true;
}
}
}
}
else {
validate14.errors = [{instancePath:instancePath+"/best",schemaPath:"#/properties/best/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid0 = _errs41 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.phase !== undefined){
let data19 = data.phase;
const _errs48 = errors;
if(errors === _errs48){
if(data19 && typeof data19 == "object" && !Array.isArray(data19)){
let missing2;
if(((data19.at === undefined) && (missing2 = "at")) || ((data19.before === undefined) && (missing2 = "before"))){
validate14.errors = [{instancePath:instancePath+"/phase",schemaPath:"#/properties/phase/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'"}];
return false;
}
else {
if(data19.at !== undefined){
let data20 = data19.at;
const _errs50 = errors;
const _errs51 = errors;
if(!(((typeof data20 == "number") && (!(data20 % 1) && !isNaN(data20))) && (isFinite(data20)))){
validate14.errors = [{instancePath:instancePath+"/phase/at",schemaPath:"#/definitions/count/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs51){
if((typeof data20 == "number") && (isFinite(data20))){
if(data20 > 9007199254740991 || isNaN(data20)){
validate14.errors = [{instancePath:instancePath+"/phase/at",schemaPath:"#/definitions/count/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"}];
return false;
}
else {
if(data20 < 0 || isNaN(data20)){
validate14.errors = [{instancePath:instancePath+"/phase/at",schemaPath:"#/definitions/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid12 = _errs50 === errors;
}
else {
var valid12 = true;
}
if(valid12){
if(data19.before !== undefined){
let data21 = data19.before;
const _errs53 = errors;
const _errs54 = errors;
if(!(((typeof data21 == "number") && (!(data21 % 1) && !isNaN(data21))) && (isFinite(data21)))){
validate14.errors = [{instancePath:instancePath+"/phase/before",schemaPath:"#/definitions/count/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs54){
if((typeof data21 == "number") && (isFinite(data21))){
if(data21 > 9007199254740991 || isNaN(data21)){
validate14.errors = [{instancePath:instancePath+"/phase/before",schemaPath:"#/definitions/count/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"}];
return false;
}
else {
if(data21 < 0 || isNaN(data21)){
validate14.errors = [{instancePath:instancePath+"/phase/before",schemaPath:"#/definitions/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid12 = _errs53 === errors;
}
else {
var valid12 = true;
}
}
}
}
else {
validate14.errors = [{instancePath:instancePath+"/phase",schemaPath:"#/properties/phase/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid0 = _errs48 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.steps !== undefined){
let data22 = data.steps;
const _errs56 = errors;
if(errors === _errs56){
if(data22 && typeof data22 == "object" && !Array.isArray(data22)){
for(const key1 in data22){
let data23 = data22[key1];
const _errs59 = errors;
if(errors === _errs59){
if(data23 && typeof data23 == "object" && !Array.isArray(data23)){
let missing3;
if(((data23.t === undefined) && (missing3 = "t")) || ((data23.runs === undefined) && (missing3 = "runs"))){
validate14.errors = [{instancePath:instancePath+"/steps/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/steps/additionalProperties/required",keyword:"required",params:{missingProperty: missing3},message:"must have required property '"+missing3+"'"}];
return false;
}
else {
if(data23.t !== undefined){
let data24 = data23.t;
const _errs61 = errors;
const _errs62 = errors;
if(!(((typeof data24 == "number") && (!(data24 % 1) && !isNaN(data24))) && (isFinite(data24)))){
validate14.errors = [{instancePath:instancePath+"/steps/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/t",schemaPath:"#/definitions/count/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs62){
if((typeof data24 == "number") && (isFinite(data24))){
if(data24 > 9007199254740991 || isNaN(data24)){
validate14.errors = [{instancePath:instancePath+"/steps/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/t",schemaPath:"#/definitions/count/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"}];
return false;
}
else {
if(data24 < 0 || isNaN(data24)){
validate14.errors = [{instancePath:instancePath+"/steps/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/t",schemaPath:"#/definitions/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid16 = _errs61 === errors;
}
else {
var valid16 = true;
}
if(valid16){
if(data23.runs !== undefined){
let data25 = data23.runs;
const _errs64 = errors;
const _errs65 = errors;
if(!(((typeof data25 == "number") && (!(data25 % 1) && !isNaN(data25))) && (isFinite(data25)))){
validate14.errors = [{instancePath:instancePath+"/steps/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/runs",schemaPath:"#/definitions/count/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs65){
if((typeof data25 == "number") && (isFinite(data25))){
if(data25 > 9007199254740991 || isNaN(data25)){
validate14.errors = [{instancePath:instancePath+"/steps/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/runs",schemaPath:"#/definitions/count/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"}];
return false;
}
else {
if(data25 < 0 || isNaN(data25)){
validate14.errors = [{instancePath:instancePath+"/steps/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/runs",schemaPath:"#/definitions/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid16 = _errs64 === errors;
}
else {
var valid16 = true;
}
}
}
}
else {
validate14.errors = [{instancePath:instancePath+"/steps/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/steps/additionalProperties/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid15 = _errs59 === errors;
if(!valid15){
break;
}
}
}
else {
validate14.errors = [{instancePath:instancePath+"/steps",schemaPath:"#/properties/steps/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid0 = _errs56 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.lossSums !== undefined){
let data26 = data.lossSums;
const _errs67 = errors;
if(errors === _errs67){
if(data26 && typeof data26 == "object" && !Array.isArray(data26)){
for(const key2 in data26){
let data27 = data26[key2];
const _errs70 = errors;
if(!((typeof data27 == "number") && (isFinite(data27)))){
validate14.errors = [{instancePath:instancePath+"/lossSums/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/lossSums/additionalProperties/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
var valid19 = _errs70 === errors;
if(!valid19){
break;
}
}
}
else {
validate14.errors = [{instancePath:instancePath+"/lossSums",schemaPath:"#/properties/lossSums/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid0 = _errs67 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.plateaus !== undefined){
let data28 = data.plateaus;
const _errs72 = errors;
if(errors === _errs72){
if(data28 && typeof data28 == "object" && !Array.isArray(data28)){
for(const key3 in data28){
let data29 = data28[key3];
const _errs75 = errors;
if(errors === _errs75){
if(data29 && typeof data29 == "object" && !Array.isArray(data29)){
let missing4;
if(((data29.factor === undefined) && (missing4 = "factor")) || ((data29.stale === undefined) && (missing4 = "stale"))){
validate14.errors = [{instancePath:instancePath+"/plateaus/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/plateaus/additionalProperties/required",keyword:"required",params:{missingProperty: missing4},message:"must have required property '"+missing4+"'"}];
return false;
}
else {
if(data29.factor !== undefined){
let data30 = data29.factor;
const _errs77 = errors;
if(errors === _errs77){
if((typeof data30 == "number") && (isFinite(data30))){
if(data30 > 1 || isNaN(data30)){
validate14.errors = [{instancePath:instancePath+"/plateaus/" + key3.replace(/~/g, "~0").replace(/\//g, "~1")+"/factor",schemaPath:"#/properties/plateaus/additionalProperties/properties/factor/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1},message:"must be <= 1"}];
return false;
}
else {
if(data30 < 0 || isNaN(data30)){
validate14.errors = [{instancePath:instancePath+"/plateaus/" + key3.replace(/~/g, "~0").replace(/\//g, "~1")+"/factor",schemaPath:"#/properties/plateaus/additionalProperties/properties/factor/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
else {
validate14.errors = [{instancePath:instancePath+"/plateaus/" + key3.replace(/~/g, "~0").replace(/\//g, "~1")+"/factor",schemaPath:"#/properties/plateaus/additionalProperties/properties/factor/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
}
var valid21 = _errs77 === errors;
}
else {
var valid21 = true;
}
if(valid21){
if(data29.best !== undefined){
let data31 = data29.best;
const _errs79 = errors;
if(!((typeof data31 == "number") && (isFinite(data31)))){
validate14.errors = [{instancePath:instancePath+"/plateaus/" + key3.replace(/~/g, "~0").replace(/\//g, "~1")+"/best",schemaPath:"#/properties/plateaus/additionalProperties/properties/best/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
var valid21 = _errs79 === errors;
}
else {
var valid21 = true;
}
if(valid21){
if(data29.stale !== undefined){
let data32 = data29.stale;
const _errs81 = errors;
const _errs82 = errors;
if(!(((typeof data32 == "number") && (!(data32 % 1) && !isNaN(data32))) && (isFinite(data32)))){
validate14.errors = [{instancePath:instancePath+"/plateaus/" + key3.replace(/~/g, "~0").replace(/\//g, "~1")+"/stale",schemaPath:"#/definitions/count/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs82){
if((typeof data32 == "number") && (isFinite(data32))){
if(data32 > 9007199254740991 || isNaN(data32)){
validate14.errors = [{instancePath:instancePath+"/plateaus/" + key3.replace(/~/g, "~0").replace(/\//g, "~1")+"/stale",schemaPath:"#/definitions/count/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"}];
return false;
}
else {
if(data32 < 0 || isNaN(data32)){
validate14.errors = [{instancePath:instancePath+"/plateaus/" + key3.replace(/~/g, "~0").replace(/\//g, "~1")+"/stale",schemaPath:"#/definitions/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid21 = _errs81 === errors;
}
else {
var valid21 = true;
}
}
}
}
}
else {
validate14.errors = [{instancePath:instancePath+"/plateaus/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/plateaus/additionalProperties/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid20 = _errs75 === errors;
if(!valid20){
break;
}
}
}
else {
validate14.errors = [{instancePath:instancePath+"/plateaus",schemaPath:"#/properties/plateaus/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid0 = _errs72 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.tally !== undefined){
let data33 = data.tally;
const _errs84 = errors;
if(errors === _errs84){
if(data33 && typeof data33 == "object" && !Array.isArray(data33)){
let missing5;
if(((data33.batches === undefined) && (missing5 = "batches")) || ((data33.rows === undefined) && (missing5 = "rows"))){
validate14.errors = [{instancePath:instancePath+"/tally",schemaPath:"#/properties/tally/required",keyword:"required",params:{missingProperty: missing5},message:"must have required property '"+missing5+"'"}];
return false;
}
else {
if(data33.batches !== undefined){
let data34 = data33.batches;
const _errs86 = errors;
const _errs87 = errors;
if(!(((typeof data34 == "number") && (!(data34 % 1) && !isNaN(data34))) && (isFinite(data34)))){
validate14.errors = [{instancePath:instancePath+"/tally/batches",schemaPath:"#/definitions/place/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs87){
if((typeof data34 == "number") && (isFinite(data34))){
if(data34 > 9007199254740991 || isNaN(data34)){
validate14.errors = [{instancePath:instancePath+"/tally/batches",schemaPath:"#/definitions/place/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"}];
return false;
}
else {
if(data34 < 1 || isNaN(data34)){
validate14.errors = [{instancePath:instancePath+"/tally/batches",schemaPath:"#/definitions/place/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid23 = _errs86 === errors;
}
else {
var valid23 = true;
}
if(valid23){
if(data33.rows !== undefined){
let data35 = data33.rows;
const _errs89 = errors;
const _errs90 = errors;
if(!(((typeof data35 == "number") && (!(data35 % 1) && !isNaN(data35))) && (isFinite(data35)))){
validate14.errors = [{instancePath:instancePath+"/tally/rows",schemaPath:"#/definitions/place/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs90){
if((typeof data35 == "number") && (isFinite(data35))){
if(data35 > 9007199254740991 || isNaN(data35)){
validate14.errors = [{instancePath:instancePath+"/tally/rows",schemaPath:"#/definitions/place/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"}];
return false;
}
else {
if(data35 < 1 || isNaN(data35)){
validate14.errors = [{instancePath:instancePath+"/tally/rows",schemaPath:"#/definitions/place/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid23 = _errs89 === errors;
}
else {
var valid23 = true;
}
}
}
}
else {
validate14.errors = [{instancePath:instancePath+"/tally",schemaPath:"#/properties/tally/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid0 = _errs84 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.data !== undefined){
let data36 = data.data;
const _errs92 = errors;
if(errors === _errs92){
if(data36 && typeof data36 == "object" && !Array.isArray(data36)){
let missing6;
if((((data36.rows === undefined) && (missing6 = "rows")) || ((data36.columns === undefined) && (missing6 = "columns"))) || ((data36.ports === undefined) && (missing6 = "ports"))){
validate14.errors = [{instancePath:instancePath+"/data",schemaPath:"#/properties/data/required",keyword:"required",params:{missingProperty: missing6},message:"must have required property '"+missing6+"'"}];
return false;
}
else {
if(data36.rows !== undefined){
let data37 = data36.rows;
const _errs94 = errors;
const _errs95 = errors;
if(!(((typeof data37 == "number") && (!(data37 % 1) && !isNaN(data37))) && (isFinite(data37)))){
validate14.errors = [{instancePath:instancePath+"/data/rows",schemaPath:"#/definitions/place/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs95){
if((typeof data37 == "number") && (isFinite(data37))){
if(data37 > 9007199254740991 || isNaN(data37)){
validate14.errors = [{instancePath:instancePath+"/data/rows",schemaPath:"#/definitions/place/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"}];
return false;
}
else {
if(data37 < 1 || isNaN(data37)){
validate14.errors = [{instancePath:instancePath+"/data/rows",schemaPath:"#/definitions/place/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid26 = _errs94 === errors;
}
else {
var valid26 = true;
}
if(valid26){
if(data36.columns !== undefined){
let data38 = data36.columns;
const _errs97 = errors;
const _errs98 = errors;
if(errors === _errs98){
if(data38 && typeof data38 == "object" && !Array.isArray(data38)){
for(const key4 in data38){
let data39 = data38[key4];
const _errs101 = errors;
if(errors === _errs101){
if(Array.isArray(data39)){
var valid30 = true;
const len0 = data39.length;
for(let i0=0; i0<len0; i0++){
const _errs103 = errors;
if(typeof data39[i0] !== "string"){
validate14.errors = [{instancePath:instancePath+"/data/columns/" + key4.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + i0,schemaPath:"#/definitions/lists/additionalProperties/items/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid30 = _errs103 === errors;
if(!valid30){
break;
}
}
}
else {
validate14.errors = [{instancePath:instancePath+"/data/columns/" + key4.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/definitions/lists/additionalProperties/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid29 = _errs101 === errors;
if(!valid29){
break;
}
}
}
else {
validate14.errors = [{instancePath:instancePath+"/data/columns",schemaPath:"#/definitions/lists/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid26 = _errs97 === errors;
}
else {
var valid26 = true;
}
if(valid26){
if(data36.ports !== undefined){
let data41 = data36.ports;
const _errs105 = errors;
const _errs106 = errors;
if(errors === _errs106){
if(data41 && typeof data41 == "object" && !Array.isArray(data41)){
for(const key5 in data41){
let data42 = data41[key5];
const _errs109 = errors;
if(errors === _errs109){
if(Array.isArray(data42)){
var valid33 = true;
const len1 = data42.length;
for(let i1=0; i1<len1; i1++){
const _errs111 = errors;
if(typeof data42[i1] !== "string"){
validate14.errors = [{instancePath:instancePath+"/data/ports/" + key5.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + i1,schemaPath:"#/definitions/lists/additionalProperties/items/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid33 = _errs111 === errors;
if(!valid33){
break;
}
}
}
else {
validate14.errors = [{instancePath:instancePath+"/data/ports/" + key5.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/definitions/lists/additionalProperties/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid32 = _errs109 === errors;
if(!valid32){
break;
}
}
}
else {
validate14.errors = [{instancePath:instancePath+"/data/ports",schemaPath:"#/definitions/lists/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid26 = _errs105 === errors;
}
else {
var valid26 = true;
}
}
}
}
}
else {
validate14.errors = [{instancePath:instancePath+"/data",schemaPath:"#/properties/data/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid0 = _errs92 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.finished !== undefined){
const _errs113 = errors;
if(typeof data.finished !== "boolean"){
validate14.errors = [{instancePath:instancePath+"/finished",schemaPath:"#/properties/finished/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"}];
return false;
}
var valid0 = _errs113 === errors;
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
validate14.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate14.errors = vErrors;
return errors === 0;
}


const schema45 = {"$id":"shards","title":"The index of a safetensors file in shards","type":"object","properties":{"weight_map":{"type":"object","additionalProperties":{"type":"string"}}},"required":["weight_map"]};

function validate15(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="shards" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.weight_map === undefined) && (missing0 = "weight_map")){
validate15.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
if(data.weight_map !== undefined){
let data0 = data.weight_map;
const _errs1 = errors;
if(errors === _errs1){
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
for(const key0 in data0){
const _errs4 = errors;
if(typeof data0[key0] !== "string"){
validate15.errors = [{instancePath:instancePath+"/weight_map/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/weight_map/additionalProperties/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid1 = _errs4 === errors;
if(!valid1){
break;
}
}
}
else {
validate15.errors = [{instancePath:instancePath+"/weight_map",schemaPath:"#/properties/weight_map/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
}
}
else {
validate15.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate15.errors = vErrors;
return errors === 0;
}
export const checkHeader: Check<Header> = validate10;
export const checkManifest: Check<Manifest> = validate11;
export const checkRunState: Check<RunState> = validate14;
export const checkShards: Check<Shards> = validate15;
