/** FileStore over local disk and S3, with put-if-absent as the commit primitive. */
@NullMarked
package io.boathouse.platform.storage;

import org.jspecify.annotations.NullMarked;
