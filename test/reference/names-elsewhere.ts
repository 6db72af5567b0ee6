/** The public names of other frameworks, as they stood in NumPy 2 and PyTorch 2. */

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** Functions of `numpy` itself. */
export const numpyFunctions = words(`
abs absolute acos acosh add all allclose amax amin angle any append apply_along_axis apply_over_axes arange arccos
arccosh arcsin arcsinh arctan arctan2 arctanh argmax argmin argpartition argsort argwhere around array array2string
array_equal array_equiv array_repr array_split array_str asanyarray asarray asarray_chkfinite ascontiguousarray
asfortranarray asin asinh asmatrix astype atan atan2 atanh atleast_1d atleast_2d atleast_3d average bartlett
base_repr binary_repr bincount bitwise_and bitwise_count bitwise_invert bitwise_left_shift bitwise_not bitwise_or
bitwise_right_shift bitwise_xor blackman block bmat broadcast_arrays broadcast_shapes broadcast_to busday_count
busday_offset can_cast cbrt ceil choose clip column_stack common_type compress concat concatenate conj conjugate
convolve copy copysign copyto corrcoef correlate cos cosh count_nonzero cov cross cumprod cumsum cumulative_prod
cumulative_sum datetime_as_string datetime_data deg2rad degrees delete diag diag_indices diag_indices_from diagflat
diagonal diff digitize divide divmod dot dsplit dstack ediff1d einsum einsum_path empty empty_like equal exp exp2
expand_dims expm1 extract eye fabs fill_diagonal fix flatnonzero flip fliplr flipud float_power floor floor_divide
fmax fmin fmod format_float_positional format_float_scientific frexp from_dlpack frombuffer fromfile fromfunction
fromiter frompyfunc fromregex fromstring full full_like gcd genfromtxt geomspace get_include get_printoptions
getbufsize geterr geterrcall gradient greater greater_equal hamming hanning heaviside histogram histogram2d
histogram_bin_edges histogramdd hsplit hstack hypot i0 identity imag indices info inner insert interp intersect1d
invert is_busday isclose iscomplex iscomplexobj isdtype isfinite isfortran isin isinf isnan isnat isneginf isposinf
isreal isrealobj isscalar issubdtype iterable ix_ kaiser kron lcm ldexp left_shift less less_equal lexsort linspace
load loadtxt log log10 log1p log2 logaddexp logaddexp2 logical_and logical_not logical_or logical_xor logspace
mask_indices matmul matrix_transpose matvec max maximum may_share_memory mean median meshgrid min min_scalar_type
minimum mintypecode mod modf moveaxis multiply nan_to_num nanargmax nanargmin nancumprod nancumsum nanmax nanmean
nanmedian nanmin nanpercentile nanprod nanquantile nanstd nansum nanvar ndim negative nested_iters nextafter nonzero
not_equal ones ones_like outer packbits pad partition percentile permute_dims piecewise place poly polyadd polyder
polydiv polyfit polyint polymul polysub polyval positive pow power printoptions prod promote_types ptp put
put_along_axis putmask quantile rad2deg radians ravel ravel_multi_index real real_if_close reciprocal remainder
repeat require reshape resize result_type right_shift rint roll rollaxis roots rot90 round row_stack save savetxt
savez savez_compressed searchsorted select set_printoptions setbufsize setdiff1d seterr seterrcall setxor1d shape
shares_memory show_config show_runtime sign signbit sin sinc sinh size sort sort_complex spacing split sqrt square
squeeze stack std subtract sum swapaxes take take_along_axis tan tanh tensordot test tile trace transpose trapezoid
tri tril tril_indices tril_indices_from trim_zeros triu triu_indices triu_indices_from true_divide trunc typename
union1d unique unique_all unique_counts unique_inverse unique_values unpackbits unravel_index unstack unwrap vander
var vdot vecdot vecmat vsplit vstack where zeros zeros_like
`);

/** Functions of `torch` and `torch.nn.functional`, without those of backends, dtypes, devices and graphs. */
export const torchFunctions = words(`
abs absolute acos acosh adaptive_avg_pool1d adaptive_avg_pool2d adaptive_avg_pool3d adaptive_max_pool1d
adaptive_max_pool2d adaptive_max_pool3d add addbmm addcdiv addcmul addmm addmv addr adjoint all allclose
alpha_dropout amax amin aminmax angle any arange arccos arccosh arcsin arcsinh arctan arctan2 arctanh argmax argmin
argsort argwhere as_tensor asarray asin asinh atan atan2 atanh avg_pool1d avg_pool2d avg_pool3d baddbmm
bartlett_window batch_norm bernoulli bilinear binary_cross_entropy binary_cross_entropy_with_logits bincount
binomial bitwise_and bitwise_left_shift bitwise_not bitwise_or bitwise_right_shift bitwise_xor blackman_window bmm
broadcast_to bucketize cat ceil celu channel_shuffle cholesky_solve chunk clamp clamp_max clamp_min clip clone
column_stack combinations concat concatenate conj conj_physical constant_pad_nd conv1d conv2d conv3d
conv_transpose1d conv_transpose2d conv_transpose3d convolution copysign corrcoef cos cosh cosine_embedding_loss
cosine_similarity count_nonzero cov cross cross_entropy ctc_loss cummax cummin cumprod cumsum cumulative_trapezoid
deg2rad det detach diag diag_embed diagflat diagonal diagonal_scatter diff digamma dist div divide dot dropout
dropout1d dropout2d dropout3d dsplit dstack elu embedding embedding_bag empty eq equal erf erfc erfinv exp exp2
expm1 eye feature_alpha_dropout feature_dropout fill fix flatten flip fliplr flipud float_power floor floor_divide
fmax fmin fmod fold frac fractional_max_pool2d fractional_max_pool3d frexp frobenius_norm frombuffer full full_like
gather gaussian_nll_loss gcd ge gelu geqrf ger glu gradient greater greater_equal grid_sample group_norm gru gt
gumbel_softmax hamming_window hann_window hardshrink hardsigmoid hardswish hardtanh heaviside hinge_embedding_loss
histc histogram histogramdd hsplit hstack huber_loss hypot i0 igamma igammac imag index_add index_fill index_put
index_reduce index_select inner instance_norm interpolate inverse isclose isfinite isin isinf isnan isneginf
isposinf isreal istft kaiser_window kl_div kron kthvalue l1_loss layer_norm lcm ldexp le leaky_relu lerp less
less_equal lgamma linear linspace local_response_norm log log10 log1p log2 log_softmax logaddexp logaddexp2
logcumsumexp logdet logical_and logical_not logical_or logical_xor logit logsigmoid logspace logsumexp lp_pool1d
lp_pool2d lp_pool3d lstm lt lu_solve margin_ranking_loss masked_fill masked_scatter masked_select matmul matrix_exp
matrix_power max max_pool1d max_pool2d max_pool3d max_unpool1d max_unpool2d max_unpool3d maximum mean median min
minimum mish mm mode moveaxis movedim mse_loss msort mul multi_margin_loss multilabel_margin_loss
multilabel_soft_margin_loss multinomial multiply mv mvlgamma nan_to_num nanmean nanmedian nanquantile nansum narrow
ne neg negative nextafter nll_loss nonzero nonzero_static normal normalize not_equal nuclear_norm numel one_hot ones
ones_like orgqr ormqr outer pad pairwise_distance pdist permute pinverse pixel_shuffle pixel_unshuffle poisson
poisson_nll_loss polar polygamma positive pow prelu prod put quantile rad2deg rand rand_like randint randint_like
randn randn_like randperm range ravel real reciprocal relu relu6 remainder renorm repeat_interleave reshape rms_norm
rnn_relu rnn_tanh roll rot90 round row_stack rrelu rsqrt rsub scalar_tensor scatter scatter_add scatter_reduce
searchsorted select select_scatter selu sgn sigmoid sign signbit silu sin sinc sinh slice_scatter slogdet
smooth_l1_loss soft_margin_loss softmax softmin softplus softshrink softsign sort split_with_sizes sqrt square
squeeze stack std std_mean sub subtract sum svd swapaxes swapdims t take take_along_dim tan tanh tanhshrink tensor
tensor_split threshold tile topk trace transpose trapezoid trapz triangular_solve tril tril_indices
triplet_margin_loss triplet_margin_with_distance_loss triu triu_indices true_divide trunc unbind unflatten unfold
unsqueeze upsample upsample_bilinear upsample_nearest vander var var_mean vdot vsplit vstack where xlogy zeros
zeros_like
`);

/** Classes of `torch.nn`. */
export const torchModules = words(`
AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d AdaptiveLogSoftmaxWithLoss AdaptiveMaxPool1d AdaptiveMaxPool2d
AdaptiveMaxPool3d AlphaDropout AvgPool1d AvgPool2d AvgPool3d BCELoss BCEWithLogitsLoss BatchNorm1d BatchNorm2d
BatchNorm3d Bilinear CELU CTCLoss ChannelShuffle CircularPad1d CircularPad2d CircularPad3d ConstantPad1d
ConstantPad2d ConstantPad3d Container Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d
CosineEmbeddingLoss CosineSimilarity CrossEntropyLoss CrossMapLRN2d DataParallel Dropout Dropout1d Dropout2d
Dropout3d ELU Embedding EmbeddingBag FeatureAlphaDropout Flatten Fold FractionalMaxPool2d FractionalMaxPool3d GELU
GLU GRU GRUCell GaussianNLLLoss GroupNorm Hardshrink Hardsigmoid Hardswish Hardtanh HingeEmbeddingLoss HuberLoss
Identity InstanceNorm1d InstanceNorm2d InstanceNorm3d KLDivLoss L1Loss LPPool1d LPPool2d LPPool3d LSTM LSTMCell
LayerNorm LazyBatchNorm1d LazyBatchNorm2d LazyBatchNorm3d LazyConv1d LazyConv2d LazyConv3d LazyConvTranspose1d
LazyConvTranspose2d LazyConvTranspose3d LazyInstanceNorm1d LazyInstanceNorm2d LazyInstanceNorm3d LazyLinear
LeakyReLU Linear LocalResponseNorm LogSigmoid LogSoftmax MSELoss MarginRankingLoss MaxPool1d MaxPool2d MaxPool3d
MaxUnpool1d MaxUnpool2d MaxUnpool3d Mish Module ModuleDict ModuleList MultiLabelMarginLoss MultiLabelSoftMarginLoss
MultiMarginLoss MultiheadAttention NLLLoss NLLLoss2d PReLU PairwiseDistance Parameter ParameterDict ParameterList
PixelShuffle PixelUnshuffle PoissonNLLLoss RMSNorm RNN RNNBase RNNCell RNNCellBase RReLU ReLU ReLU6 ReflectionPad1d
ReflectionPad2d ReflectionPad3d ReplicationPad1d ReplicationPad2d ReplicationPad3d SELU Sequential SiLU Sigmoid
SmoothL1Loss SoftMarginLoss Softmax Softmax2d Softmin Softplus Softshrink Softsign SyncBatchNorm Tanh Tanhshrink
Threshold Transformer TransformerDecoder TransformerDecoderLayer TransformerEncoder TransformerEncoderLayer
TripletMarginLoss TripletMarginWithDistanceLoss Unflatten Unfold Upsample UpsamplingBilinear2d UpsamplingNearest2d
ZeroPad1d ZeroPad2d ZeroPad3d
`);
