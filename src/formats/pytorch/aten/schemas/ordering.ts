/** Overloads, as `torch` prints them; see `parseSchema`. */
export const ORDERING_SCHEMAS = `
kthvalue(Tensor self, int k, int dim=-1, bool keepdim=False)
median(Tensor self)
median.dim(Tensor self, int dim, bool keepdim=False)
quantile.scalar(Tensor self, float q, int? dim=None, bool keepdim=False, *, str interpolation="linear")
msort(Tensor self)
searchsorted.Tensor(Tensor sorted_sequence, Tensor self, *, bool out_int32=False, bool right=False, str? side=None, Tensor? sorter=None)
searchsorted.Scalar(Tensor sorted_sequence, Scalar self, *, bool out_int32=False, bool right=False, str? side=None, Tensor? sorter=None)
bucketize.Tensor(Tensor self, Tensor boundaries, *, bool out_int32=False, bool right=False)
bucketize.Scalar(Scalar self, Tensor boundaries, *, bool out_int32=False, bool right=False)
isin.Tensor_Tensor(Tensor elements, Tensor test_elements, *, bool assume_unique=False, bool invert=False)
isin.Tensor_Scalar(Tensor elements, Scalar test_elements, *, bool assume_unique=False, bool invert=False)
_unique2(Tensor self, bool sorted=True, bool return_inverse=False, bool return_counts=False)
_unique(Tensor self, bool sorted=True, bool return_inverse=False)
aminmax(Tensor self, *, int? dim=None, bool keepdim=False)
nansum(Tensor self, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None)
nanmean(Tensor self, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None)
`
