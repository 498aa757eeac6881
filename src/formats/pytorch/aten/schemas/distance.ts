/** Overloads, as `torch` prints them; see `parseSchema`. */
export const DISTANCE_SCHEMAS = `
mse_loss(Tensor self, Tensor target, int reduction=1)
l1_loss(Tensor self, Tensor target, int reduction=1)
smooth_l1_loss(Tensor self, Tensor target, int reduction=1, float beta=1.)
huber_loss(Tensor self, Tensor target, int reduction=1, float delta=1.)
pairwise_distance(Tensor x1, Tensor x2, float p=2., float eps=1e-06, bool keepdim=False)
_cdist_forward(Tensor x1, Tensor x2, float p, int? compute_mode)
cdist(Tensor x1, Tensor x2, float p=2., int? compute_mode=None)
dist(Tensor self, Tensor other, Scalar p=2)
`
