/* ledger_schema.c - the ledger's tables, and the views of them that people ask.
 *
 * journal and inventory have the columns of S3 Metadata's tables of these names; what makes no sense for a folder is
 * NULL. */
#include "store/ledger_private.h"

/* clang-format off */
#define TIME(column) \
    "strftime('%Y-%m-%dT%H:%M:%S'," column "/1000000000,'unixepoch')||printf('.%03dZ'," column "/1000000%1000)"
#define KEY(table) "iif(" table ".path=x''," table ".root,iif(" table ".root='',''," table ".root||'/')||cast(" table ".path as text))"
/* As in a bucket: the tree is the bucket, what lies below it the keys. A file that is an operand has no bucket. */
#define BUCKET(table) "iif(" table ".path=x'',null,nullif(" table ".root,''))"
#define OBJECT(table) "iif(" table ".path=x''," table ".root,cast(" table ".path as text))"

static const char tables[] =
    "create table file(number integer primary key,root text not null,path blob not null,size integer not null,"
    "modified integer not null,changed integer not null,inode integer not null,checked integer not null,hash blob,"
    "recipe blob,state integer not null,run integer not null,documents integer not null default 0,"
    "faults integer not null default 0,sequence integer not null default 0,unique(root,path));"
    "create index file_open on file(run) where state<>1;"
    "create table document(file integer not null,id text not null,hash integer not null,run integer not null,"
    "is_gone integer not null default 0,primary key(file,id)) without rowid;"
    "create index document_id on document(id);"
    "create table fault(file integer not null,position integer not null,code text not null,place text not null,"
    "line integer not null,column_number integer not null,field text not null,message text not null,"
    "primary key(file,position)) without rowid;"
    "create table event(sequence integer primary key autoincrement,type text not null,time integer not null,"
    "root text not null,path blob not null,size integer,modified integer,hash blob,run integer not null);"
    "create table run(number integer primary key autoincrement,started integer not null,ended integer,digest blob,"
    "acknowledged integer)";

static const char views[] =
    "create view journal as select " BUCKET("event") " as bucket," OBJECT("event") " as key,sequence as sequence_number,type as record_type,"
    TIME("time") " as record_timestamp,null as version_id,iif(type='DELETE',1,0) as is_delete_marker,nullif(size,-1) as size,"
    TIME("modified") " as last_modified_date,lower(hex(hash)) as e_tag,null as storage_class,null as is_multipart,"
    "null as encryption_status,null as is_bucket_key_enabled,null as kms_key_arn,iif(hash is null,null,'XXH3-128') as "
    "checksum_algorithm,null as object_tags,null as user_metadata,null as requester,null as source_ip_address,run as "
    "request_id from event;"
    "create view inventory as select " BUCKET("file") " as bucket," OBJECT("file") " as key,sequence as sequence_number,null as version_id,"
    "0 as is_delete_marker,nullif(size,-1) as size," TIME("modified") " as last_modified_date,lower(hex(hash)) as e_tag,null as storage_class,"
    "null as is_multipart,null as encryption_status,null as is_bucket_key_enabled,null as kms_key_arn,'XXH3-128' as "
    "checksum_algorithm,null as object_tags,null as user_metadata from file where state<>2;"
    "create view files as select " KEY("file") " as source,case state when 0 then 'pending' when 2 then 'gone' else "
    "iif(faults>0 and documents=0,'failed','done') end as state,nullif(size,-1) as size," TIME("modified") " as modified,lower(hex(hash)) as "
    "hash,documents,faults,run," TIME("checked") " as checked from file;"
    "create view documents as select document.id as id," KEY("file") " as source,iif(is_gone,'gone',case state when 0 then "
    "'pending' when 2 then 'gone' else 'done' end) as state,document.run as run from document join file on "
    "file.number=document.file;"
    "create view faults as select " KEY("file") " as source,code,place as file,nullif(line,0) as line,nullif(field,'') as "
    "field,message from fault join file on file.number=fault.file;"
    "create view runs as select number as run," TIME("started") " as started," TIME("ended") " as ended,"
    TIME("acknowledged") " as acknowledged from run";
/* clang-format on */

const char *const ledger_schema[] = { tables, views, NULL };
